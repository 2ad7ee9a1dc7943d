/**
 * Why a project has no schedule, in the user's words: an irreducible set of deadlines, budget, resources and precedences, the
 * chain of tasks behind them, and for each number the nearest value at which a schedule exists.
 */

import type { Run } from '../../solvers/contract/index.ts'
import type { Conflict, ConflictConstraint, Relaxation } from '../../src/domain/conflict.ts'
import type { ProjectProblem } from '../../src/domain/project.ts'
import { clean, figure, measure, minimalConflict } from '../conflict/index.ts'
import { compileProject, projectNames } from './compile.ts'
import type { ProjectOptions } from './engine.ts'
import { hasSchedule, leastCapacity } from './existence.ts'
import { type Chain, longestChain } from './longest-chain.ts'
import { optimise } from './optimise.ts'
import { relaxBySearch } from './relaxation-search.ts'

/** More precedences than this are blamed all together rather than one by one. */
const MOST_PRECEDENCES = 40
const ALL_PRECEDENCES = 'the order of the tasks'

export async function explainProjectConflict(
  problem: ProjectProblem,
  run: Run,
  options: ProjectOptions,
): Promise<Conflict> {
  const descriptions = describeAll(problem)
  const expand = (kept: ReadonlySet<string>): ReadonlySet<string> =>
    kept.has(ALL_PRECEDENCES) ? new Set([...kept, ...problem.precedence.map(projectNames.precedence)]) : kept
  const contradictory = async (kept: ReadonlySet<string>): Promise<boolean | null> => {
    if (run.limit !== null) return null
    const exists = await hasSchedule(compileProject(problem, expand(kept)), run, options)
    return exists === null ? null : !exists
  }
  const names = [...descriptions.keys()]
  const { names: blamed, irreducible } = await minimalConflict(names, contradictory)
  const constraints = blamed.map((name) => ({ name, description: descriptions.get(name) as string }))
  const relaxations: Relaxation[] = []
  for (const name of blamed) {
    if (run.limit !== null) break
    const relaxation = await relax(problem, name, run, options)
    if (relaxation !== null) relaxations.push(relaxation)
  }
  const shown = new Set(problem.precedence.map(projectNames.precedence))
  for (const name of blamed) if (name.startsWith('release') || name.startsWith('start')) shown.add(name)
  // The chain of the task whose own deadline is blamed, else that of the whole project.
  const late = problem.tasks.findIndex((task) => blamed.includes(projectNames.taskDeadline(task.id)))
  const chain = longestChain(compileProject(problem, shown), late < 0 ? undefined : late)
  return {
    constraints,
    irreducible: irreducible && !blamed.includes(ALL_PRECEDENCES),
    relaxations,
    explanation: explain(problem, constraints, relaxations, chain),
  }
}

/** All constraints by name; the ones people would rather see blamed come last. */
function describeAll(problem: ProjectProblem): Map<string, string> {
  const { timeUnit, costUnit } = problem
  const descriptions = new Map<string, string>()
  const wished = problem.precedence.filter((link) => link.structural !== true)
  if (wished.length > MOST_PRECEDENCES) descriptions.set(ALL_PRECEDENCES, ALL_PRECEDENCES)
  else {
    for (const link of wished) {
      const lags = link.minLag !== 0 || link.maxLag !== null || link.kind !== 'finish-start'
      const most = link.maxLag === null ? '' : `, at most ${figure(link.maxLag)}`
      const detail = lags ? ` (${link.kind}, lag at least ${figure(link.minLag)}${most} ${timeUnit})` : ''
      descriptions.set(projectNames.precedence(link), `${link.after} comes after ${link.before}${detail}`)
    }
  }
  for (const task of problem.tasks) {
    if (task.release > 0) {
      const release = `${task.id} starts no earlier than ${measure(task.release, timeUnit)}`
      descriptions.set(projectNames.release(task.id), release)
    }
  }
  for (const { id, start } of problem.tasks) {
    if (start !== undefined) descriptions.set(projectNames.start(id), `start of ${id} at ${measure(start, timeUnit)}`)
  }
  for (const { name, structural } of problem.choices ?? []) {
    if (structural !== true) descriptions.set(projectNames.choice(name), `the rule "${name}"`)
  }
  for (const task of problem.tasks) {
    if (task.deadline === null) continue
    const words = `${task.id} ends by ${measure(task.deadline, timeUnit)}`
    descriptions.set(projectNames.taskDeadline(task.id), words)
  }
  for (const { id, type, capacity, initial } of problem.resources) {
    if (type === 'reusable') {
      if (capacity !== null) descriptions.set(projectNames.resource(id), `${id} ${figure(capacity)}`)
    } else {
      const given = (problem.deliveries ?? []).filter(({ resource }) => resource === id)
      const more = given.map(({ at, amount }) => `, ${figure(amount)} more at ${measure(at, timeUnit)}`).join('')
      const room = given.length > 0 && capacity !== null ? `, room for ${figure(capacity)}` : ''
      descriptions.set(projectNames.resource(id), `stock of ${figure(initial)} ${id}${more}${room}`)
    }
  }
  if (problem.budget !== null && problem.overspendPenalty === undefined)
    descriptions.set(projectNames.budget, `budget ${measure(problem.budget, costUnit)}`)
  if (problem.deadline !== null) {
    descriptions.set(projectNames.deadline, `deadline ${measure(problem.deadline, timeUnit)}`)
  }
  return descriptions
}

/** The nearest value of one constraint at which a schedule exists, all others unchanged; null when there is none. */
async function relax(
  problem: ProjectProblem,
  name: string,
  run: Run,
  options: ProjectOptions,
): Promise<Relaxation | null> {
  const { timeUnit, costUnit, deadline, budget } = problem
  if (name === projectNames.deadline && deadline !== null) {
    const project = compileProject({ ...problem, deadline: null })
    const found = await optimise(project, ['makespan'], {}, run, options)
    if (found.status !== 'optimal') return null
    const to = clean(project.grid.time(found.bound))
    return { constraint: name, description: `deadline ${measure(to, timeUnit)}`, from: deadline, to }
  }
  if (name === projectNames.budget && budget !== null) {
    const found = await optimise(compileProject({ ...problem, budget: null }), ['cost'], {}, run, options)
    if (found.status !== 'optimal') return null
    const to = clean(found.bound)
    return { constraint: name, description: `budget ${measure(to, costUnit)}`, from: budget, to }
  }
  const task = problem.tasks.find((candidate) => projectNames.taskDeadline(candidate.id) === name)
  if (task !== undefined && task.deadline !== null) {
    // Lateness of this task alone, everything else as it is.
    const late = { deadline: null, due: task.deadline, weight: 1, earlinessWeight: 0 }
    const careless = { weight: 0, earlinessWeight: 0 }
    const tasks = problem.tasks.map((other) => ({ ...other, ...(other === task ? late : careless) }))
    const found = await optimise(compileProject({ ...problem, tasks }), ['weighted-tardiness'], {}, run, options)
    if (found.status !== 'optimal') return null
    const to = clean(task.deadline + found.bound)
    return { constraint: name, description: `${task.id} by ${measure(to, timeUnit)}`, from: task.deadline, to }
  }
  const resource = problem.resources.find((candidate) => projectNames.resource(candidate.id) === name)
  if (resource?.type === 'reusable' && resource.capacity !== null) {
    const unlimited = problem.resources.map((other) =>
      other === resource ? { ...other, capacity: heldByAll(problem, other.id) } : other,
    )
    const to = await leastCapacity({ ...problem, resources: unlimited }, resource.id, run, options)
    if (to === null) return null
    return { constraint: name, description: `${resource.id} ${figure(to)}`, from: resource.capacity, to: clean(to) }
  }
  const delivered = problem.deliveries?.some((delivery) => delivery.resource === resource?.id) === true
  if (resource?.type === 'consumable' && budget === null && !delivered) {
    const to = await leastConsumption(problem, resource.id, run, options)
    return to === null
      ? null
      : { constraint: name, description: `stock of ${figure(to)} ${resource.id}`, from: resource.initial, to }
  }
  return relaxBySearch(problem, name, run, options)
}

/** The least of a stock that some schedule takes: the stock made plentiful and its use the only cost. */
async function leastConsumption(
  problem: ProjectProblem,
  id: string,
  run: Run,
  options: ProjectOptions,
): Promise<number | null> {
  const free = { costPerUnit: 0, costPerTime: 0 }
  let all = 0
  const tasks = problem.tasks.map((task) => ({
    ...task,
    modes: task.modes.map((mode) => {
      for (const { resource, amount } of mode.requires) if (resource === id) all += amount
      return { ...mode, cost: 0 }
    }),
  }))
  const resources = problem.resources.map((resource) =>
    resource.id === id
      ? { ...resource, ...free, costPerUnit: 1, initial: all, capacity: null }
      : { ...resource, ...free },
  )
  const found = await optimise(compileProject({ ...problem, tasks, resources }), ['cost'], {}, run, options)
  return found.status === 'optimal' ? clean(found.bound) : null
}

/** What all tasks would hold of a resource at once, each in its hungriest mode. */
function heldByAll(problem: ProjectProblem, id: string): number {
  let sum = 0
  for (const task of problem.tasks) {
    const amounts = task.modes.map((mode) =>
      mode.requires.reduce((held, { resource, amount }) => (resource === id ? held + amount : held), 0),
    )
    sum += Math.max(0, ...amounts)
  }
  return sum
}

function explain(
  problem: ProjectProblem,
  constraints: readonly ConflictConstraint[],
  relaxations: readonly Relaxation[],
  chain: Chain,
): string {
  const { timeUnit } = problem
  const numbers = constraints.filter(({ name }) => !name.startsWith('precedence') && name !== ALL_PRECEDENCES)
  const what = numbers.map(({ description }) => description).join(', ')
  const order = constraints.map(({ description }) => description).join('; ')
  const lead =
    what === '' ? `No schedule exists, the order of tasks contradicts itself: ${order}` : `No schedule keeps ${what}`
  const ordered = what !== '' && constraints.length > numbers.length && chain.tasks.length > 1
  const delayed = chain.from > 0 ? ` from ${measure(chain.from, timeUnit)} on, so until` : ':'
  const path = ordered
    ? ` The longest chain, with the fastest modes, is ${chain.tasks.join(' > ')}${delayed} ${measure(chain.length, timeUnit)}.`
    : ''
  const gives = relaxations.map(({ constraint, description }) => {
    const others = numbers.filter(({ name }) => name !== constraint).map((other) => other.description)
    return others.length === 0 ? description : `${description} with ${others.join(', ')}`
  })
  return `${lead}.${path}${gives.length === 0 ? '' : ` Possible: ${gives.join('; or ')}.`}`
}
