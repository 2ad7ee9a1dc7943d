/**
 * Re-checks assignments and allocations as they stand (fresh or back from JSON) against their problem: who may do what, each
 * task once, capacities, and every claim the result makes about itself, the dual prices included.
 */
import type { AllocationResult, SolvedAssignment } from '../../models/allocation/index.ts'
import type { AllocationProblem, AssignmentProblem } from '../domain/allocation.ts'
import { evaluateAllocation, evaluateAssignment } from '../domain/allocation-rules.ts'
import { type AnswerCheck, Findings } from '../domain/answer-check.ts'
import { checkClaim, merged } from './claim.ts'

/**
 * For the objective `sum` the prices are the proof: no allowed pair is better than its two prices, the chosen ones equal them,
 * and prices that are not on a chosen pair cannot pay. For `bottleneck` the same holds among the pairs within the bottleneck.
 */
export function checkAssignmentResult(problem: AssignmentProblem, result: SolvedAssignment): AnswerCheck {
  const findings = new Findings()
  if (result.status !== 'optimal') return findings.verdict()
  const { cost, bottleneck, check } = evaluateAssignment(problem, result.pairs)
  findings.equal('cost', result.cost, cost, () => `the cost is said to be ${result.cost}, it is ${cost}`)
  const largest = (): string => `the bottleneck is said to be ${result.bottleneck}, it is ${bottleneck}`
  findings.equal('bottleneck', result.bottleneck, bottleneck, largest)
  const { agents, tasks } = result.prices
  const sign = problem.sense === 'minimize' ? 1 : -1
  problem.costs.forEach((row, i) => {
    row.forEach((value, j) => {
      if (value === null) return
      if (problem.objective === 'bottleneck' && sign * value > sign * bottleneck) return
      const price = sign * ((agents[i] ?? Number.NaN) + (tasks[j] ?? Number.NaN))
      const pair = `${problem.agents[i]} and ${problem.tasks[j]}`
      findings.atMost(
        'prices',
        price,
        sign * value,
        () => `the prices of ${pair} prove nothing about their cost ${value}`,
      )
    })
  })
  const sum = [...agents, ...tasks].reduce((total, price) => total + price, 0)
  findings.equal('prices', sum, cost, () => `the prices add up to ${sum}, the cost is ${cost}`)
  const pairedAgents = new Set(result.pairs.map(([agent]) => agent))
  const pairedTasks = new Set(result.pairs.map(([, task]) => task))
  // Members of the larger side may stay alone, so their prices must not raise the bound.
  const spare = (name: string, price: number, paired: boolean, larger: boolean): void => {
    if (!paired) findings.equal('prices', price, 0, () => `${name} is left over but has the price ${price}`)
    else if (larger)
      findings.atMost('prices', sign * price, 0, () => `the price ${price} of ${name} has the wrong sign`)
  }
  agents.forEach((price, i) => {
    spare(problem.agents[i] ?? '', price, pairedAgents.has(i), agents.length > tasks.length)
  })
  tasks.forEach((price, j) => {
    spare(problem.tasks[j] ?? '', price, pairedTasks.has(j), tasks.length > agents.length)
  })
  return merged(check, findings.verdict())
}

export function checkAllocationResult(problem: AllocationProblem, result: AllocationResult): AnswerCheck {
  const findings = new Findings()
  if (result.status !== 'optimal' && result.status !== 'feasible') return findings.verdict()
  const { cost, makespan, loads, check } = evaluateAllocation(problem, result.pairs)
  findings.equal('cost', result.cost, cost, () => `the cost is said to be ${result.cost}, it is ${cost}`)
  findings.equal(
    'makespan',
    result.makespan,
    makespan,
    () => `the makespan is said to be ${result.makespan}, it is ${makespan}`,
  )
  loads.forEach((load, index) => {
    const said = result.loads[index] ?? Number.NaN
    findings.equal('loads', said, load, () => `${problem.agents[index]?.id} is said to have ${said}, it has ${load}`)
  })
  const objective = problem.objectives[0] === 'makespan' ? result.makespan : result.cost
  const real = problem.objectives[0] === 'makespan' ? makespan : cost
  const { status, bound, gap } = result
  checkClaim(findings, { status, objective, bound, gap }, real, 'minimize')
  return merged(check, findings.verdict())
}
