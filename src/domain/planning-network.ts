/**
 * The tasks that a planning problem amounts to once it is settled which goals are pursued. Every pursued goal becomes a
 * task of its own, with methods: the goal holds already; one of the ways to achieve one of its variables, and then the
 * goal again; or, where no way is given, any action, and then the goal again. What the search plans for and what the
 * checker judges trees against.
 */
import {
  chain,
  type StatedAction,
  type StatedCondition,
  type StatedGoal,
  type StatedMethod,
  type StatedPlanning,
  type StatedTask,
  type StatedWay,
  type StateValue,
} from './planning.ts'

export interface PlanningNetwork {
  /** Those of the problem and those that goals bring along. */
  readonly methods: readonly StatedMethod[]
  readonly tasks: readonly StatedTask[]
  /** Pairs of indices into `tasks`. */
  readonly ordering: readonly (readonly [number, number])[]
  /** The goals pursued. */
  readonly goals: readonly StatedGoal[]
  /** What must hold in the end. */
  readonly final: readonly StatedCondition[]
}

/** Name of the task of a goal. */
export function goalTask(goal: string): string {
  return `reach ${goal}`
}

/** @param pursued soft goals that are pursued, by id; the others are hard and always are */
export function networkOf(problem: StatedPlanning, pursued: ReadonlySet<string>): PlanningNetwork {
  const goals = problem.goals.filter((goal) => goal.value === null || pursued.has(goal.id))
  const methods: StatedMethod[] = [...problem.methods]
  const tasks: StatedTask[] = [...problem.tasks]
  const before = tasks.length
  const ordering: (readonly [number, number])[] = problem.tasksOrdered ? [...chain(before)] : []
  const place = new Map<string, number>()
  // Goals that no way is given for and that nothing sets apart are reached together, or every interleaving would count.
  const loose = goals.filter((goal) => !hasWays(problem, goal.where) && !isOrdered(goals, goal))
  const joint = loose.length > 1 ? loose : []
  for (const goal of goals) {
    if (joint.includes(goal)) continue
    place.set(goal.id, tasks.length)
    tasks.push([goalTask(goal.id)])
    methods.push(...methodsOf(problem, goal.id, goal.where))
  }
  if (joint.length > 0) {
    const name = joint.map((goal) => goal.id).join(' and ')
    for (const goal of joint) place.set(goal.id, tasks.length)
    tasks.push([goalTask(name)])
    methods.push(
      ...methodsOf(
        problem,
        name,
        joint.flatMap((goal) => goal.where),
      ),
    )
  }
  for (let task = 0; task < before; task++)
    for (let goal = before; goal < tasks.length; goal++) ordering.push([task, goal])
  for (const goal of goals) {
    for (const earlier of goal.after) {
      const first = place.get(earlier)
      if (first !== undefined) ordering.push([first, place.get(goal.id) as number])
    }
  }
  return { methods, tasks, ordering, goals, final: goals.flatMap((goal) => goal.where) }
}

/** Whether every condition asks for a certain value that some way achieves. */
export function hasWays(problem: StatedPlanning, where: readonly StatedCondition[]): boolean {
  return where.every(
    ([variable, operator, value]) =>
      operator === '=' &&
      waysFor(problem, variable).length > 0 &&
      typeof value !== 'object' &&
      !String(value).startsWith('$'),
  )
}

function waysFor(problem: StatedPlanning, variable: string): readonly StatedWay[] {
  return problem.ways.filter((way) => way.achieves === variable)
}

function isOrdered(goals: readonly StatedGoal[], goal: StatedGoal): boolean {
  return goal.after.length > 0 || goals.some((other) => other.after.includes(goal.id))
}

function methodsOf(problem: StatedPlanning, name: string, where: readonly StatedCondition[]): StatedMethod[] {
  const task = goalTask(name)
  const done: StatedMethod = {
    id: `${name} holds`,
    task,
    parameters: [],
    arity: 0,
    when: where,
    subtasks: [],
    ordering: [],
  }
  const result = [done]
  if (hasWays(problem, where)) {
    for (const [variable, , value] of where)
      for (const way of waysFor(problem, variable)) result.push(byWay(task, name, way, variable, value as StateValue))
    return result
  }
  for (const action of problem.actions) result.push(byAction(task, name, action))
  return result
}

function byWay(task: string, goal: string, way: StatedWay, variable: string, value: StateValue): StatedMethod {
  const [wanted, ...rest] = way.parameters
  const fill = <Part>(part: Part): Part => replaced(part, wanted?.id ?? '', value)
  return {
    id: `${goal}: ${way.id}`,
    task,
    parameters: rest,
    arity: 0,
    when: [[variable, '!=', value], ...fill(way.when)],
    // The look back at the goal comes after all parts.
    subtasks: [...fill(way.subtasks), [task]],
    ordering: [...way.ordering, ...way.subtasks.map((_, index): [number, number] => [index, way.subtasks.length])],
    looseEnd: true,
  }
}

function byAction(task: string, goal: string, action: StatedAction): StatedMethod {
  return {
    id: `${goal}: ${action.id}`,
    task,
    parameters: action.parameters,
    arity: 0,
    when: [],
    subtasks: [[action.id, ...action.parameters.map((parameter) => parameter.id)], [task]],
    ordering: [[0, 1]],
    looseEnd: true,
  }
}

/** A copy with a parameter replaced by a value, inside names as well. */
function replaced<Part>(part: Part, parameter: string, value: StateValue): Part {
  if (typeof part === 'string') {
    if (part === parameter) return value as Part
    return part.replaceAll(new RegExp(`\\${parameter}(?![\\p{L}\\p{N}_-])`, 'gu'), () => String(value)) as Part
  }
  if (Array.isArray(part)) return part.map((inner) => replaced(inner, parameter, value)) as Part
  if (typeof part === 'object' && part !== null) {
    const entries = Object.entries(part).map(([key, inner]) => [key, replaced(inner, parameter, value)])
    return Object.fromEntries(entries) as Part
  }
  return part
}
