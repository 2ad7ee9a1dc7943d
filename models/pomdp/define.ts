/**
 * Planning problem -> flat model. Every fault of the literal is collected and reported at once.
 *
 *   T, O   tables of the literal, `*` first resolved into rows, later entries override
 *   R(s,a) = sum over s', o of T(s'|s,a) O(o|s',a) r(a,s,s',o), r given by the last matching rule, 0 without one
 *
 * Size: |A||S|^2 + |A||S||Z| cells while compiling.
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import { modelIssues, type PomdpModel, sparseFromDense } from '../../solvers/pomdp/model.ts'
import { expectedRewards, type IndexedRewardRule, WILDCARD } from '../../solvers/pomdp/reward-rules.ts'
import type { Distribution, ObservationTable, PomdpProblem, TransitionTable } from '../../src/domain/pomdp.ts'

/** The most cells |A||S|^2 that a literal may ask for. */
const MAX_CELLS = 64_000_000

/**
 * The flat model of a literal POMDP.
 * @throws InvalidInputError with every fault of the literal
 */
export function definePomdp(problem: PomdpProblem): PomdpModel {
  const result = safeDefinePomdp(problem)
  if (!result.ok) throw new InvalidInputError(result.issues)
  return result.model
}

export type DefineResult =
  | { readonly ok: true; readonly model: PomdpModel }
  | { readonly ok: false; readonly issues: readonly Issue[] }

/** As definePomdp, with the faults as data. */
export function safeDefinePomdp(problem: PomdpProblem): DefineResult {
  const issues: Issue[] = []
  const { states, actions, observations } = problem
  if (states.length * states.length * actions.length > MAX_CELLS) {
    issues.push({
      code: 'too-large',
      path: ['states'],
      message: `${states.length} states and ${actions.length} actions make a table of more than ${MAX_CELLS} cells`,
      hint: 'give a smaller model, or a Cassandra file',
    })
    return { ok: false, issues }
  }
  const stateIds = indexOf(states)
  const actionIds = indexOf(actions)
  const observationIds = indexOf(observations)
  const [stateCount, actionCount, observationCount] = [states.length, actions.length, observations.length]
  const terminal = new Set<number>()
  for (const [index, name] of (problem.terminal ?? []).entries()) {
    const id = resolve(issues, ['terminal', index], 'state', stateIds, name)
    if (id !== undefined) terminal.add(id)
  }

  const start = new Float64Array(stateCount)
  const given = problem.start ?? 'uniform'
  if (Array.isArray(given)) {
    if (given.length !== stateCount) issues.push(wrongLength(['start'], given.length, stateCount))
    else start.set(given)
  } else fillDistribution(issues, ['start'], 'state', given as Distribution, stateIds, start, 0)

  const transitions = new Float64Array(actionCount * stateCount * stateCount)
  const observe = new Float64Array(actionCount * stateCount * observationCount)
  eachAction(issues, 'transitions', problem.transitions, actionIds, (a, table, path) => {
    fillTransitions(issues, path, table, stateIds, transitions, a * stateCount * stateCount)
  })
  eachAction(issues, 'observe', problem.observe, actionIds, (a, table, path) => {
    fillObservations(issues, path, table, stateIds, observationIds, observe, a * stateCount * observationCount)
  })
  for (const s of terminal) {
    for (let a = 0; a < actionCount; a++) {
      const row = a * stateCount + s
      transitions.fill(0, row * stateCount, (row + 1) * stateCount)
      transitions[row * stateCount + s] = 1
      if (isZeroRow(observe, row * observationCount, observationCount)) observe[row * observationCount] = 1
    }
  }

  const costs = problem.objective === 'cost'
  const rules: IndexedRewardRule[] = []
  for (const [index, rule] of problem.rewards.entries()) {
    const path = ['rewards', index]
    const a = resolveOptional(issues, path, 'action', actionIds, rule.action)
    const s = resolveOptional(issues, path, 'state', stateIds, rule.state)
    const next = resolveOptional(issues, path, 'state', stateIds, rule.next)
    const o = resolveOptional(issues, path, 'observation', observationIds, rule.observation)
    if (!Number.isFinite(rule.value)) {
      issues.push({
        code: 'not-finite',
        path: [...path, 'value'],
        message: `the reward ${rule.value} is not a finite number`,
        hint: 'give a finite number',
      })
    } else if (a !== undefined && s !== undefined && next !== undefined && o !== undefined) {
      rules.push({ action: a, state: s, next, observation: o, value: costs ? 0 - rule.value : rule.value })
    }
  }
  const sparse = sparseFromDense(transitions, actionCount * stateCount, stateCount)
  const rewards = expectedRewards(stateCount, actionCount, observationCount, sparse, observe, rules)
  for (let a = 0; a < actionCount; a++) for (const s of terminal) rewards[a * stateCount + s] = 0
  const model: PomdpModel = {
    ...(problem.name === undefined ? {} : { name: problem.name }),
    states,
    actions,
    observations,
    discount: problem.discount,
    objective: problem.objective ?? 'reward',
    start,
    transitions: sparse,
    observationProbabilities: observe,
    rewards,
  }
  for (const issue of modelIssues(model)) {
    const path = issue.path[0] === 'observationProbabilities' ? ['observe', ...issue.path.slice(1)] : issue.path
    // A row that lacks a name which could not be resolved lacks its probability, too.
    if (!issues.some((other) => sameRow(other.path, path))) issues.push({ ...issue, path })
  }
  return issues.length === 0 ? { ok: true, model } : { ok: false, issues }
}

/** Whether one path leads to or through the other; `*` stands for every name. */
function sameRow(a: Issue['path'], b: Issue['path']): boolean {
  for (let k = 0; k < Math.min(a.length, b.length); k++) if (a[k] !== b[k] && a[k] !== '*' && b[k] !== '*') return false
  return a.length > 1 || a[0] === 'start'
}

function eachAction<Table>(
  issues: Issue[],
  field: string,
  tables: Readonly<Record<string, Table>>,
  actionIds: ReadonlyMap<string, number>,
  fill: (action: number, table: Table, path: (string | number)[]) => void,
): void {
  for (const [name, table] of Object.entries(tables)) {
    if (name === '*') for (const a of actionIds.values()) fill(a, table, [field, name])
    else {
      const a = resolve(issues, [field], 'action', actionIds, name)
      if (a !== undefined) fill(a, table, [field, name])
    }
  }
}

function fillTransitions(
  issues: Issue[],
  path: (string | number)[],
  table: TransitionTable,
  stateIds: ReadonlyMap<string, number>,
  target: Float64Array,
  offset: number,
): void {
  const count = stateIds.size
  if (table === 'identity') {
    target.fill(0, offset, offset + count * count)
    for (let s = 0; s < count; s++) target[offset + s * count + s] = 1
  } else fillRows(issues, path, table, stateIds, 'state', stateIds, target, offset)
}

function fillObservations(
  issues: Issue[],
  path: (string | number)[],
  table: ObservationTable,
  stateIds: ReadonlyMap<string, number>,
  observationIds: ReadonlyMap<string, number>,
  target: Float64Array,
  offset: number,
): void {
  fillRows(issues, path, table, stateIds, 'observation', observationIds, target, offset)
}

function fillRows(
  issues: Issue[],
  path: (string | number)[],
  table: Exclude<TransitionTable, 'identity'>,
  rowIds: ReadonlyMap<string, number>,
  kind: string,
  columnIds: ReadonlyMap<string, number>,
  target: Float64Array,
  offset: number,
): void {
  const width = columnIds.size
  if (table === 'uniform') {
    target.fill(1 / width, offset, offset + rowIds.size * width)
  } else if (Array.isArray(table)) {
    const matrix = table as readonly (readonly number[])[]
    if (matrix.length !== rowIds.size) issues.push(wrongLength(path, matrix.length, rowIds.size))
    for (const [r, row] of matrix.entries()) {
      if (row.length !== width) issues.push(wrongLength([...path, r], row.length, width))
      else if (r < rowIds.size) target.set(row, offset + r * width)
    }
  } else {
    const rows = table as Readonly<Record<string, Distribution>>
    for (const [name, distribution] of Object.entries(rows)) {
      const rowPath = [...path, name]
      if (name === '*') {
        for (const r of rowIds.values()) {
          fillDistribution(issues, rowPath, kind, distribution, columnIds, target, offset + r * width)
        }
      } else {
        const r = resolve(issues, path, 'state', rowIds, name)
        if (r === undefined) continue
        fillDistribution(issues, rowPath, kind, distribution, columnIds, target, offset + r * width)
      }
    }
  }
}

function fillDistribution(
  issues: Issue[],
  path: (string | number)[],
  kind: string,
  distribution: Distribution,
  ids: ReadonlyMap<string, number>,
  target: Float64Array,
  offset: number,
): void {
  target.fill(0, offset, offset + ids.size)
  if (typeof distribution === 'string') {
    if (distribution === 'uniform' && !ids.has('uniform')) target.fill(1 / ids.size, offset, offset + ids.size)
    else {
      const id = resolve(issues, path, kind, ids, distribution)
      if (id !== undefined) target[offset + id] = 1
    }
    return
  }
  for (const [name, probability] of Object.entries(distribution)) {
    const id = resolve(issues, path, kind, ids, name)
    if (id !== undefined) target[offset + id] = probability
  }
}

function resolve(
  issues: Issue[],
  path: (string | number)[],
  kind: string,
  ids: ReadonlyMap<string, number>,
  name: string,
): number | undefined {
  const id = ids.get(name)
  if (id === undefined) {
    issues.push({
      code: 'unknown-name',
      path,
      message: `no ${kind} is called "${name}"`,
      hint: `use one of ${[...ids.keys()].slice(0, 8).join(', ')}${ids.size > 8 ? ', ...' : ''}`,
      value: name,
    })
  }
  return id
}

function resolveOptional(
  issues: Issue[],
  path: (string | number)[],
  kind: string,
  ids: ReadonlyMap<string, number>,
  name: string | undefined,
): number | undefined {
  return name === undefined || name === '*' ? WILDCARD : resolve(issues, path, kind, ids, name)
}

function wrongLength(path: (string | number)[], found: number, wanted: number): Issue {
  return {
    code: 'wrong-length',
    path,
    message: `${found} entries were given where ${wanted} are needed`,
    hint: 'give one entry per declared name, in the declared order',
  }
}

function indexOf(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, index) => [name, index]))
}

function isZeroRow(values: Float64Array, offset: number, count: number): boolean {
  for (let k = offset; k < offset + count; k++) if (values[k] !== 0) return false
  return true
}
