/** What an operation must satisfy before anything is planned for it; every fault at once. */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import type { OperationProblem, OperationTask } from './operation.ts'

/** @throws InvalidInputError with every fault */
export function validateOperation(problem: OperationProblem): void {
  const issues = operationIssues(problem)
  if (issues.length > 0) throw new InvalidInputError(issues)
}

export function operationIssues(problem: OperationProblem): Issue[] {
  const issues: Issue[] = []
  const say = (code: string, path: readonly (string | number)[], message: string, hint: string): void => {
    issues.push({ code, path, message, hint })
  }
  const unique = (section: string, ids: readonly string[]): Set<string> => {
    const seen = new Set<string>()
    ids.forEach((id, k) => {
      if (id === '' || id.includes('/')) {
        say('bad-id', [section, k, 'id'], `"${id}" is no id: it is empty or holds a "/"`, 'use other letters')
      }
      if (seen.has(id)) say('duplicate-id', [section, k, 'id'], `"${id}" is there twice`, 'rename one of them')
      seen.add(id)
    })
    return seen
  }
  const agents = unique(
    'agents',
    problem.agents.map((one) => one.id),
  )
  const tasks = unique(
    'tasks',
    problem.tasks.map((one) => one.id),
  )
  const resources = unique(
    'resources',
    problem.resources.map((one) => one.id),
  )
  unique(
    'facts',
    problem.facts.map((one) => one.id),
  )
  const sensors = unique(
    'sensors',
    problem.sensors.map((one) => one.id),
  )
  const values = new Map(problem.facts.map((fact) => [fact.id, fact.values.map((value) => value.id)]))

  if (agents.size === 0) say('empty', ['agents'], 'nobody is there to work', 'name at least one agent')
  problem.agents.forEach((agent, a) => {
    agent.capabilities.forEach((capability, k) => {
      const path = ['agents', a, 'capabilities', k]
      if (!(capability.proficiency > 0 && capability.proficiency <= 1)) {
        say(
          'out-of-range',
          [...path, 'proficiency'],
          `${capability.proficiency} is not in (0, 1]`,
          'give a proficiency in (0, 1]',
        )
      }
      if (!(capability.costMultiplier > 0)) {
        say('out-of-range', [...path, 'costMultiplier'], `${capability.costMultiplier} is not > 0`, 'give a number > 0')
      }
    })
  })
  problem.facts.forEach((fact, f) => {
    const sum = fact.values.reduce((total, value) => total + value.probability, 0)
    if (fact.values.some((value) => !(value.probability >= 0)) || !(Math.abs(sum - 1) <= 1e-9)) {
      say(
        'probability-sum',
        ['facts', f, 'values'],
        `the probabilities of "${fact.id}" sum to ${sum}`,
        'make them sum to 1',
      )
    }
  })
  problem.sensors.forEach((sensor, s) => {
    const path = ['sensors', s]
    const states = values.get(sensor.fact)
    if (states === undefined) {
      say('unknown-reference', [...path, 'fact'], `there is no fact "${sensor.fact}"`, 'name one of the facts')
    }
    for (const state of states ?? []) {
      const row = Object.hasOwn(sensor.likelihood, state) ? sensor.likelihood[state] : undefined
      const sum = (row ?? []).reduce((total, p) => total + p, 0)
      if (
        row === undefined ||
        row.length !== sensor.outcomes.length ||
        row.some((p) => !(p >= 0)) ||
        Math.abs(sum - 1) > 1e-9
      ) {
        const message = `"${sensor.id}" has no distribution over its outcomes when ${sensor.fact} is ${state}`
        say(
          'probability-sum',
          [...path, 'likelihood', state],
          message,
          'give one probability for each outcome, with sum 1',
        )
      }
    }
    amount(say, [...path, 'cost'], sensor.cost)
    amount(say, [...path, 'duration'], sensor.duration)
  })
  problem.readings.forEach((reading, r) => {
    const sensor = problem.sensors.find((one) => one.id === reading.sensor)
    if (!sensors.has(reading.sensor)) {
      say(
        'unknown-reference',
        ['readings', r, 'sensor'],
        `there is no sensor "${reading.sensor}"`,
        'name one of the sensors',
      )
    } else if (sensor?.outcomes.includes(reading.outcome) !== true) {
      say(
        'unknown-reference',
        ['readings', r, 'outcome'],
        `"${reading.sensor}" has no outcome "${reading.outcome}"`,
        'name one of its outcomes',
      )
    }
  })
  problem.tasks.forEach((task, t) => {
    taskIssues(task, ['tasks', t], { tasks, resources, values }, say)
  })
  const cycle = cycleAmong(problem.tasks)
  if (cycle !== null)
    say('cycle', ['tasks'], `the tasks wait for each other: ${cycle.join(' -> ')}`, 'take one of the orderings out')
  if (problem.budget !== null) amount(say, ['budget'], problem.budget)
  if (problem.deadline !== null) amount(say, ['deadline'], problem.deadline)
  if (problem.objectives.length === 0) say('empty', ['objectives'], 'nothing to optimise', 'name cost or makespan')
  return issues
}

type Say = (code: string, path: readonly (string | number)[], message: string, hint: string) => void

interface Known {
  readonly tasks: ReadonlySet<string>
  readonly resources: ReadonlySet<string>
  readonly values: ReadonlyMap<string, readonly string[]>
}

function taskIssues(task: OperationTask, path: readonly (string | number)[], known: Known, say: Say): void {
  if (task.ways.length === 0) say('empty', [...path, 'ways'], `"${task.id}" has no way to be done`, 'give at least one')
  amount(say, [...path, 'release'], task.release)
  amount(say, [...path, 'value'], task.value)
  for (const before of task.after) {
    if (!known.tasks.has(before)) {
      say('unknown-reference', [...path, 'after'], `there is no task "${before}"`, 'name one of the tasks')
    }
  }
  const ways = new Set<string>()
  task.ways.forEach((way, w) => {
    if (ways.has(way.id) || way.id.includes('/')) {
      say('duplicate-id', [...path, 'ways', w, 'id'], `"${way.id}" is there twice or holds a "/"`, 'rename it')
    }
    ways.add(way.id)
    for (const { fact, value } of way.relies) {
      if (known.values.get(fact)?.includes(value) !== true) {
        say(
          'unknown-reference',
          [...path, 'ways', w, 'relies'],
          `there is no ${fact} = ${value}`,
          'name a fact and one of its values',
        )
      }
    }
    const units = new Set(way.units.map((unit) => unit.id))
    if (units.size < way.units.length) {
      say('duplicate-id', [...path, 'ways', w, 'units'], `"${way.id}" has two units of one name`, 'rename one of them')
    }
    if (way.units.length === 0)
      say('empty', [...path, 'ways', w, 'units'], `"${way.id}" has no work in it`, 'give at least one unit')
    way.units.forEach((unit, u) => {
      const at = [...path, 'ways', w, 'units', u]
      amount(say, [...at, 'duration'], unit.duration)
      amount(say, [...at, 'cost'], unit.cost)
      for (const before of unit.after) {
        if (!units.has(before))
          say('unknown-reference', [...at, 'after'], `there is no unit "${before}"`, 'name one of the way')
      }
      for (const { resource } of [...unit.requires, ...unit.produces]) {
        if (!known.resources.has(resource)) {
          say(
            'unknown-reference',
            [...at, 'requires'],
            `there is no resource "${resource}"`,
            'name one of the resources',
          )
        }
      }
    })
    const cycle = cycleAmong(way.units)
    if (cycle !== null)
      say(
        'cycle',
        [...path, 'ways', w, 'units'],
        `the units wait for each other: ${cycle.join(' -> ')}`,
        'take one of the orderings out',
      )
  })
}

function amount(say: Say, path: readonly (string | number)[], value: number): void {
  if (!(value >= 0 && Number.isFinite(value)))
    say('out-of-range', path, `${value} is no amount`, 'give a finite number >= 0')
}

/** One cycle of the relation `after`, or null. */
function cycleAmong(items: readonly { readonly id: string; readonly after: readonly string[] }[]): string[] | null {
  const after = new Map(items.map((item) => [item.id, item.after]))
  const state = new Map<string, 'open' | 'closed'>()
  const path: string[] = []
  const visit = (id: string): string[] | null => {
    if (state.get(id) === 'closed') return null
    if (state.get(id) === 'open') return [...path.slice(path.indexOf(id)), id]
    state.set(id, 'open')
    path.push(id)
    for (const before of after.get(id) ?? []) {
      const found = visit(before)
      if (found !== null) return found
    }
    path.pop()
    state.set(id, 'closed')
    return null
  }
  for (const item of items) {
    const found = visit(item.id)
    if (found !== null) return found
  }
  return null
}
