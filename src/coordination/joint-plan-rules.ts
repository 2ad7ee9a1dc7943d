/** Refuses joint plans that break their own rules, all faults at once; and joint plans written down briefly. */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import type { Fact, JointPlanProblem, JointStep, StepWay } from '../domain/joint-plan.ts'

/** A step as it is written down; what is left out has its default. */
export type JointStepDescription = Pick<JointStep, 'id' | 'agent'> &
  Partial<Pick<JointStep, 'start' | 'deadline' | 'weight'>> &
  Partial<Omit<StepWay, 'id'>> & {
    /** Other ways of doing it, after the one that the step itself says. */
    readonly instead?: readonly (Pick<StepWay, 'id'> & Partial<StepWay>)[]
  }

export type JointPlanDescription = Partial<Omit<JointPlanProblem, 'steps'>> & {
  readonly steps: readonly JointStepDescription[]
}

/** Fills in what was left out: start 0, weight 1, no deadline, no cost, no facts. */
export function jointPlan(description: JointPlanDescription): JointPlanProblem {
  const { steps, ...rest } = description
  return {
    title: 'Joint plan',
    timeUnit: '',
    after: [],
    capacities: {},
    initial: [],
    goals: [],
    ...rest,
    steps: steps.map(({ id, agent, start = 0, deadline = null, weight = 1, instead = [], ...way }) => {
      const planned = stepWay({ id: 'as planned', ...way })
      return {
        id,
        agent,
        start,
        deadline,
        weight,
        ways: [planned, ...instead.map((one) => stepWay({ ...way, ...one }))],
      }
    }),
  }
}

function stepWay(way: Pick<StepWay, 'id'> & Partial<StepWay>): StepWay {
  return { duration: 1, cost: 0, uses: {}, needs: [], keeps: [], sets: [], ...way }
}

/** @throws InvalidInputError with every fault */
export function requireJointPlan(problem: JointPlanProblem): void {
  const issues: Issue[] = []
  const fault = (code: string, path: (string | number)[], message: string, hint: string): void => {
    issues.push({ code, path, message, hint })
  }
  const ids = new Set<string>()
  const finite = (value: number, path: (string | number)[], what: string, least = 0): void => {
    if (Number.isFinite(value) && value >= least) return
    fault('out-of-range', path, `${what} is ${value}`, `give a finite number >= ${least}`)
  }
  const once = (facts: readonly Fact[], path: (string | number)[]): void => {
    facts.forEach((fact, k) => {
      if (facts.findIndex((one) => one.variable === fact.variable) !== k)
        fault('duplicate', [...path, k], `"${fact.variable}" stands twice`, 'give every variable one value')
    })
  }
  problem.steps.forEach((step, i) => {
    const path = ['steps', i]
    if (ids.has(step.id)) fault('duplicate', [...path, 'id'], `the step "${step.id}" is listed twice`, 'use unique ids')
    ids.add(step.id)
    finite(step.start, [...path, 'start'], `the start of "${step.id}"`)
    finite(step.weight, [...path, 'weight'], `the weight of "${step.id}"`)
    if (step.deadline !== null) finite(step.deadline, [...path, 'deadline'], `the deadline of "${step.id}"`)
    if (step.ways.length === 0) fault('empty', [...path, 'ways'], `"${step.id}" has no way of doing it`, 'give one')
    step.ways.forEach((way, w) => {
      const at = [...path, 'ways', w]
      if (step.ways.findIndex((one) => one.id === way.id) !== w)
        fault('duplicate', [...at, 'id'], `"${step.id}" has two ways "${way.id}"`, 'use unique ids')
      if (!(way.duration > 0 && Number.isFinite(way.duration)))
        fault('out-of-range', [...at, 'duration'], `"${step.id}" takes ${way.duration}`, 'give a number > 0')
      if (!Number.isFinite(way.cost))
        fault('not-finite', [...at, 'cost'], `"${step.id}" costs ${way.cost}`, 'give a finite number')
      for (const [resource, amount] of Object.entries(way.uses)) {
        finite(amount, [...at, 'uses', resource], `what "${step.id}" uses of ${resource}`)
        if (!Object.hasOwn(problem.capacities, resource))
          fault('unknown-name', [...at, 'uses', resource], `there is no resource "${resource}"`, 'give it a capacity')
      }
      for (const field of ['needs', 'keeps', 'sets'] as const) once(way[field], [...at, field])
    })
  })
  once(problem.initial, ['initial'])
  for (const [resource, amount] of Object.entries(problem.capacities))
    finite(amount, ['capacities', resource], `the capacity of ${resource}`)
  problem.after.forEach((pair, k) => {
    for (const id of pair)
      if (!ids.has(id)) fault('unknown-name', ['after', k], `there is no step "${id}"`, 'name a step')
  })
  problem.goals.forEach((goal, k) => {
    if (problem.goals.findIndex((one) => one.id === goal.id) !== k)
      fault('duplicate', ['goals', k, 'id'], `the goal "${goal.id}" is listed twice`, 'use unique ids')
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}
