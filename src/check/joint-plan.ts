/**
 * Checks a joint schedule against the problem alone: it plays the schedule through in the order of time, with the values of all
 * variables and the amounts in use, and knows nothing of conflicts, orders or models.
 */
import { type AnswerCheck, Findings } from '../domain/answer-check.ts'
import type { Fact, JointPlanProblem, JointSchedule, StepWay } from '../domain/joint-plan.ts'

export function checkJointSchedule(problem: JointPlanProblem, schedule: JointSchedule): AnswerCheck {
  const findings = new Findings()
  const placed = new Map(schedule.steps.map((step) => [step.id, step]))
  findings.equal('every step once', schedule.steps.length, problem.steps.length, () => 'steps are missing or doubled')
  const runs: { id: string; agent: string; start: number; end: number; way: StepWay }[] = []
  for (const step of problem.steps) {
    const at = placed.get(step.id)
    const way = step.ways.find((one) => one.id === at?.way)
    findings.holds('every step once', at !== undefined && way !== undefined, () => `${step.id} is not done`)
    if (at === undefined || way === undefined) continue
    findings.atLeast('not before', at.start, step.start, () => `${step.id} starts before ${step.start}`)
    findings.equal('duration', at.end - at.start, way.duration, () => `${step.id} does not take ${way.duration}`)
    if (step.deadline !== null)
      findings.atMost('deadline', at.end, step.deadline, () => `${step.id} ends after ${step.deadline}`)
    runs.push({ id: step.id, agent: step.agent, start: at.start, end: at.end, way })
  }
  for (const [before, after] of problem.after) {
    const [a, b] = [placed.get(before), placed.get(after)]
    if (a !== undefined && b !== undefined)
      findings.atLeast('order', b.start, a.end, () => `${after} starts before ${before} ends`)
  }
  const instants = [...new Set(runs.flatMap((run) => [run.start, run.end]))].sort((a, b) => a - b)
  const values = new Map(problem.initial.map(({ variable, value }) => [variable, value]))
  const tell = ({ variable, value }: Fact): string => `${variable} = ${value}`
  instants.forEach((instant, k) => {
    // Ends come before starts: intervals are half-open.
    const ending = runs.filter((run) => run.end === instant)
    const written = new Map<string, string>()
    for (const run of ending) {
      for (const fact of run.way.sets) {
        const other = written.get(fact.variable)
        findings.holds(
          'one value at a time',
          other === undefined || values.get(fact.variable) === fact.value,
          () => `${run.id} and ${other} set ${fact.variable} differently at ${instant}`,
        )
        written.set(fact.variable, run.id)
        values.set(fact.variable, fact.value)
      }
    }
    const next = instants[k + 1]
    if (next === undefined) return
    const running = runs.filter((run) => run.start <= instant && instant < run.end)
    const now = new Map(values)
    const kept = new Map<string, string>()
    for (const run of running) {
      for (const fact of run.way.keeps) {
        const other = kept.get(fact.variable)
        findings.holds(
          'one value at a time',
          other === undefined || now.get(fact.variable) === fact.value,
          () => `${run.id} and ${other} keep ${fact.variable} at different values at ${instant}`,
        )
        kept.set(fact.variable, run.id)
        now.set(fact.variable, fact.value)
      }
    }
    for (const run of running) {
      for (const fact of run.way.needs) {
        const holds = now.get(fact.variable) === fact.value
        findings.holds('needs', holds, () => `${run.id} needs ${tell(fact)} at ${instant}`)
      }
    }
    for (const [resource, capacity] of Object.entries(problem.capacities)) {
      const used = running.reduce((sum, run) => sum + (run.way.uses[resource] ?? 0), 0)
      findings.atMost('capacity', used, capacity, () => `${used} of ${capacity} ${resource} in use at ${instant}`)
    }
  })
  for (const goal of problem.goals) {
    findings.holds('goals', values.get(goal.variable) === goal.value, () => `${tell(goal)} does not hold at the end`)
  }
  return findings.verdict()
}
