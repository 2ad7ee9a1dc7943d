/** The rules of coalitions in space and time, on the input and on any plan: by stepping through the plan, no model. */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import { groupRate, type SpatialTaskProblem, type Stint } from '../../src/domain/spatial-tasks.ts'

/** Work may be missed by this much, relative to the workload. */
const SLACK = 1e-9

export interface SpatialPlanCheck {
  /** Rules that the plan breaks, one sentence each. */
  readonly broken: readonly string[]
  /** Time at which each task is complete; null: not by its deadline. In the order of the tasks. */
  readonly completed: readonly (number | null)[]
}

export function checkSpatialPlan(problem: SpatialTaskProblem, stints: readonly Stint[]): SpatialPlanCheck {
  const broken: string[] = []
  const { agents, tasks, places, travel } = problem
  const place = new Map(places.map((name, p) => [name, p]))
  const taskIndex = new Map(tasks.map(({ id }, v) => [id, v]))
  const agentIndex = new Map(agents.map(({ id }, a) => [id, a]))
  for (const { agent, task, from, until } of stints) {
    if (!agentIndex.has(agent)) broken.push(`"${agent}" is no agent`)
    if (!taskIndex.has(task)) broken.push(`"${task}" is no task`)
    if (!(Number.isInteger(from) && Number.isInteger(until) && from >= 0 && until > from))
      broken.push(`"${agent}" works at "${task}" from ${from} to ${until}`)
  }
  if (broken.length > 0) return { broken, completed: tasks.map(() => null) }
  for (const { id, place: home } of agents) {
    let at = place.get(home) as number
    let since = 0
    for (const { task, from, until } of stints.filter((one) => one.agent === id).sort((a, b) => a.from - b.from)) {
      const there = place.get(tasks[taskIndex.get(task) as number]?.place as string) as number
      const earliest = since + (travel[at]?.[there] as number)
      if (from < earliest) broken.push(`"${id}" works at "${task}" at ${from} and can be there at ${earliest}`)
      at = there
      since = until
    }
  }
  const completed = tasks.map(({ id, workload, deadline }, v) => {
    let done = 0
    for (let step = 0; step < deadline; step++) {
      const members = agents.flatMap((agent, a) =>
        stints.some((one) => one.agent === agent.id && one.task === id && one.from <= step && step < one.until)
          ? [a]
          : [],
      )
      done += groupRate(problem, members, v)
      if (done >= workload * (1 - SLACK)) return step + 1
    }
    return null
  })
  return { broken, completed }
}

/** @throws InvalidInputError with every fault */
export function validateSpatialTasks(problem: SpatialTaskProblem): void {
  const issues: Issue[] = []
  const fault = (code: string, path: (string | number)[], message: string, hint: string): void => {
    issues.push({ code, path, message, hint })
  }
  const { places, travel, agents, tasks, rates } = problem
  const unique = (names: readonly string[], path: string): void => {
    names.forEach((name, k) => {
      if (names.indexOf(name) !== k) fault('duplicate', [path, k], `"${name}" is listed twice`, 'use unique names')
    })
  }
  unique(places, 'places')
  unique(
    agents.map(({ id }) => id),
    'agents',
  )
  unique(
    tasks.map(({ id }) => id),
    'tasks',
  )
  if (travel.length !== places.length || travel.some((line) => line.length !== places.length))
    fault('wrong-length', ['travel'], 'travel is not one number for each pair of places', 'give a square table')
  travel.forEach((line, p) => {
    line.forEach((steps, q) => {
      if (!Number.isInteger(steps) || steps < 0 || (p === q && steps !== 0))
        fault('out-of-range', ['travel', p, q], `travel takes ${steps}`, 'give whole steps >= 0, 0 on the diagonal')
    })
  })
  for (const [list, path] of [
    [agents, 'agents'],
    [tasks, 'tasks'],
  ] as const) {
    list.forEach(({ id, place }, k) => {
      if (!places.includes(place)) fault('unknown-name', [path, k, 'place'], `"${id}" is at "${place}"`, 'name a place')
    })
  }
  tasks.forEach(({ id, workload, deadline, value }, v) => {
    const sound = workload > 0 && Number.isFinite(workload) && value > 0 && Number.isFinite(value)
    if (!sound || !Number.isInteger(deadline) || deadline < 0) {
      const message = `task "${id}" has workload ${workload}, value ${value} and deadline ${deadline}`
      fault('out-of-range', ['tasks', v], message, 'give a workload and a value > 0 and a deadline in whole steps')
    }
  })
  if (rates.length !== agents.length || rates.some((line) => line.length !== tasks.length))
    fault('wrong-length', ['rates'], 'rates are not one number an agent and task', 'give rates[agent][task]')
  rates.forEach((line, a) => {
    line.forEach((rate, v) => {
      if (!(rate >= 0 && Number.isFinite(rate)))
        fault('out-of-range', ['rates', a, v], `the rate is ${rate}`, 'give a number >= 0')
    })
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}
