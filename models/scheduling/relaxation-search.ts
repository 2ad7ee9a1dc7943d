/**
 * How far a single number of a project must move for a schedule to exist, all else unchanged: a stock, a release, a pinned
 * start, a lag, a side of a rule. More stock, earlier releases, wider lags, rules and windows only ever allow more, so bisection over the steps of the number
 * finds the nearest value; one question of existence a halving.
 */
import type { Run } from '../../solvers/contract/index.ts'
import type { Relaxation } from '../../src/domain/conflict.ts'
import type { ChoiceRule, Mode, Precedence, ProjectProblem, ProjectTask } from '../../src/domain/project.ts'
import type { Resource } from '../../src/domain/resource.ts'
import { clean, figure, measure } from '../conflict/index.ts'
import { compileProject, projectNames } from './compile.ts'
import type { ProjectOptions } from './engine.ts'
import { hasSchedule } from './existence.ts'

/** A number of the problem, where it stands and how far it may have to go. */
interface Dial {
  readonly from: number
  /** Beyond it nothing changes any more. */
  readonly far: number
  /** Values between two multiples of it are all alike. */
  readonly step: number
  readonly set: (value: number) => ProjectProblem
  readonly describe: (value: number) => string
}

/** @returns the nearest value of the constraint, or null when none of its numbers alone is enough, or a limit was hit */
export async function relaxBySearch(
  problem: ProjectProblem,
  name: string,
  run: Run,
  options: ProjectOptions,
): Promise<Relaxation | null> {
  const pinned = problem.tasks.find((own) => projectNames.start(own.id) === name)
  if (pinned !== undefined) return relaxPin(problem, pinned, run, options)
  for (const dial of dialsOf(problem, name)) {
    const works = (value: number): Promise<boolean | null> => hasSchedule(compileProject(dial.set(value)), run, options)
    const to = await nearest(dial, works, run)
    if (to !== null) return { constraint: name, description: dial.describe(to), from: dial.from, to }
  }
  return null
}

/**
 * The nearest instant, earlier or later, at which the task may start: in a window that reaches from the pin to it, which is the
 * least that holds a start.
 */
async function relaxPin(
  problem: ProjectProblem,
  task: ProjectTask,
  run: Run,
  options: ProjectOptions,
): Promise<Relaxation | null> {
  const { start: from = 0, ...free } = task
  const { grid, safeHorizon } = compileProject(problem)
  const set = (value: number): ProjectProblem => {
    const [earliest, latest] = [Math.min(from, value), Math.max(from, value)]
    const modes = task.modes.map((mode): Mode => {
      const [first, last] = mode.window ?? [0, Number.POSITIVE_INFINITY]
      return { ...mode, window: [Math.max(first, earliest), Math.min(last, latest)] }
    })
    return { ...problem, tasks: problem.tasks.map((own) => (own === task ? { ...free, modes } : own)) }
  }
  const works = (value: number): Promise<boolean | null> => hasSchedule(compileProject(set(value)), run, options)
  const sides: number[] = []
  for (const far of [0, grid.time(safeHorizon)]) {
    const describe = (value: number): string => `start of ${task.id} at ${measure(value, problem.timeUnit)}`
    const to = await nearest({ from, far, step: grid.step, set, describe }, works, run)
    if (to !== null) sides.push(to)
  }
  const to = sides.sort((a, b) => Math.abs(a - from) - Math.abs(b - from))[0]
  if (to === undefined) return null
  return {
    constraint: projectNames.start(task.id),
    description: `start of ${task.id} at ${measure(to, problem.timeUnit)}`,
    from,
    to,
  }
}

async function nearest(
  { from, far, step }: Dial,
  works: (value: number) => Promise<boolean | null>,
  run: Run,
): Promise<number | null> {
  const count = Math.ceil(Math.abs(far - from) / step - 1e-9)
  if (count <= 0) return null
  const valueAt = (k: number): number => (k === count ? far : clean(from + Math.sign(far - from) * k * step))
  if ((await works(far)) !== true) return null
  let low = 0
  let high = count
  while (high - low > 1) {
    if (run.limit !== null) return null
    const middle = Math.floor((low + high) / 2)
    const found = await works(valueAt(middle))
    if (found === null) return null
    if (found) high = middle
    else low = middle
  }
  return valueAt(high)
}

function dialsOf(problem: ProjectProblem, name: string): Dial[] {
  const resource = problem.resources.find((own) => projectNames.resource(own.id) === name)
  if (resource !== undefined) return stockDials(problem, resource)
  const task = problem.tasks.find((own) => projectNames.release(own.id) === name)
  if (task !== undefined) {
    const { step } = compileProject(problem).grid
    const set = (release: number): ProjectProblem => ({
      ...problem,
      tasks: problem.tasks.map((own) => (own === task ? { ...own, release } : own)),
    })
    const describe = (value: number): string => `${task.id} may start from ${measure(value, problem.timeUnit)} on`
    return [{ from: task.release, far: 0, step, set, describe }]
  }
  const rule = problem.choices?.find((own) => projectNames.choice(own.name) === name)
  if (rule !== undefined) return ruleDials(problem, rule)
  const links = problem.precedence.filter((own) => projectNames.precedence(own) === name)
  return links.length === 1 ? lagDials(problem, links[0] as Precedence) : []
}

/** A fuller stock may overflow its room, so only one without a room can be filled at will. */
function stockDials(problem: ProjectProblem, resource: Resource): Dial[] {
  if (resource.type === 'reusable' || resource.capacity !== null) return []
  const amounts: number[] = []
  let all = 0
  for (const { modes } of problem.tasks) {
    const taken = modes.map(({ requires, produces }) => {
      for (const own of [...requires, ...produces]) if (own.resource === resource.id) amounts.push(own.amount)
      return requires.reduce((sum, own) => (own.resource === resource.id ? sum + own.amount : sum), 0)
    })
    all += Math.max(0, ...taken)
  }
  for (const own of problem.deliveries ?? []) if (own.resource === resource.id) amounts.push(own.amount)
  // What flows may be short by any fraction.
  const flows = problem.tasks.some(({ modes }) =>
    modes.some(({ requires, produces }) =>
      [...requires, ...produces].some((own) => own.resource === resource.id && own.when === 'duration'),
    ),
  )
  const step = flows ? 0.001 : unitOf([resource.initial, ...amounts])
  const set = (initial: number): ProjectProblem => ({
    ...problem,
    resources: problem.resources.map((own) => (own === resource ? { ...own, initial } : own)),
  })
  const describe = (value: number): string => `stock of ${figure(value)} ${resource.id}`
  return [{ from: resource.initial, far: Math.max(resource.initial, all), step, set, describe }]
}

/** The largest lag first, then the least one down to none. */
function lagDials(problem: ProjectProblem, link: Precedence): Dial[] {
  const { grid, safeHorizon } = compileProject(problem)
  const { minLag, maxLag, kind, before, after } = link
  const end = Math.min(problem.deadline ?? Number.POSITIVE_INFINITY, grid.time(safeHorizon))
  const set = (changed: Partial<Precedence>): ProjectProblem => ({
    ...problem,
    precedence: problem.precedence.map((own) => (own === link ? { ...own, ...changed } : own)),
  })
  const describe = (side: string) => (value: number) =>
    `${after} after ${before} (${kind}) with a lag of at ${side} ${measure(value, problem.timeUnit)}`
  const dials: Dial[] = []
  if (maxLag !== null && end > maxLag) {
    const far = grid.time(grid.ceil(end))
    dials.push({
      ...{ from: maxLag, far, step: grid.step },
      ...{ set: (value) => set({ maxLag: value }), describe: describe('most') },
    })
  }
  if (minLag > 0) {
    dials.push({
      ...{ from: minLag, far: 0, step: grid.step },
      ...{ set: (value) => set({ minLag: value }), describe: describe('least') },
    })
  }
  return dials
}

function ruleDials(problem: ProjectProblem, rule: ChoiceRule): Dial[] {
  const coefficients = rule.terms.map((term) => term.coefficient)
  const step = unitOf(coefficients)
  const set = (changed: Partial<ChoiceRule>): ProjectProblem => ({
    ...problem,
    choices: (problem.choices ?? []).map((own) => (own === rule ? { ...own, ...changed } : own)),
  })
  const largest = coefficients.reduce((sum, own) => sum + Math.max(0, own), 0)
  const smallest = coefficients.reduce((sum, own) => sum + Math.min(0, own), 0)
  const describe = (side: string) => (value: number) => `the rule "${rule.name}" with at ${side} ${figure(value)}`
  const dials: Dial[] = []
  // Sums lie on multiples of the step, so a side may first be moved to the next one.
  if (rule.most !== null && largest > rule.most) {
    const from = Math.floor(rule.most / step + 1e-9) * step
    dials.push({ from, far: largest, step, set: (most) => set({ most }), describe: describe('most') })
  }
  if (rule.least !== null && smallest < rule.least) {
    const from = Math.ceil(rule.least / step - 1e-9) * step
    dials.push({ from, far: smallest, step, set: (least) => set({ least }), describe: describe('least') })
  }
  return dials
}

/** Power of ten that all numbers are multiples of, a thousandth at the least. */
function unitOf(values: readonly number[]): number {
  for (const unit of [1, 0.1, 0.01]) {
    if (values.every((value) => Math.abs(value / unit - Math.round(value / unit)) < 1e-9)) return unit
  }
  return 0.001
}
