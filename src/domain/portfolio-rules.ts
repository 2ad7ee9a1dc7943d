/**
 * What a portfolio plan is worth and when it is valid: cash and head-count per period and the net present value recomputed
 * from the projects, every rule evaluated. Written against the problem alone.
 */
import { type AnswerCheck, Findings } from './answer-check.ts'
import { checkLinearRules } from './linear-rule.ts'
import type { PortfolioProblem } from './portfolio.ts'

/** A chosen project and the period (from 1) it starts in. */
export interface ProjectStart {
  readonly project: string
  readonly start: number
}

export interface PortfolioEvaluation {
  /** Net present value at the start of period 1. */
  readonly npv: number
  /** Money spent in each period. */
  readonly spend: readonly number[]
  /** Money that may be spent in each period, carried-over money included. */
  readonly available: readonly number[]
  /** Heads in use in each period, by capacity. */
  readonly heads: Readonly<Record<string, readonly number[]>>
  readonly check: AnswerCheck
}

/** Present value of one unit of money paid at the start of `period` (from 1). */
export function discount(problem: PortfolioProblem, period: number): number {
  return (1 + problem.discountPerPeriod) ** -(period - 1)
}

export function evaluatePortfolio(problem: PortfolioProblem, plan: readonly ProjectStart[]): PortfolioEvaluation {
  const findings = new Findings()
  const { periods, periodName, unit } = problem
  const starts = new Map(plan.map((entry) => [entry.project, entry.start]))
  findings.holds('each project once', starts.size === plan.length, () => 'a project appears twice')
  const known = new Set(problem.projects.map((project) => project.id))
  for (const { project } of plan) findings.holds('known projects', known.has(project), () => `no project ${project}`)

  const names = Object.keys(problem.capacity)
  const spend = new Array<number>(periods).fill(0)
  const heads: Record<string, number[]> = {}
  for (const name of names) heads[name] = new Array<number>(periods).fill(0)
  let npv = 0
  for (const project of problem.projects) {
    const start = starts.get(project.id)
    if (start === undefined) {
      findings.holds(`mandatory ${project.id}`, !project.mandatory, () => `${project.id} is mandatory and left out`)
      continue
    }
    const inside = Number.isInteger(start) && start >= 1 && start + project.cost.length - 1 <= periods
    findings.holds(`horizon ${project.id}`, inside, () => `${project.id} started in ${start} does not fit ${periods}`)
    if (!inside) continue
    project.cost.forEach((cost, k) => {
      spend[start - 1 + k] = (spend[start - 1 + k] as number) + cost
      npv -= cost * discount(problem, start + k)
    })
    for (const name of names) {
      const row = heads[name] as number[]
      const needed = project.heads[name] ?? []
      needed.forEach((amount, k) => {
        row[start - 1 + k] = (row[start - 1 + k] as number) + amount
      })
    }
    npv += project.benefit * discount(problem, start + project.cost.length)
  }

  const available: number[] = []
  let carried = 0
  for (let t = 0; t < periods; t++) {
    const money = (problem.budget[t] ?? 0) + carried
    const paid = spend[t] as number
    available.push(money)
    if (problem.overspendPenalty === undefined) {
      findings.atMost(`budget ${t + 1}`, paid, money, () => `${periodName} ${t + 1} spends ${paid} of ${money} ${unit}`)
      carried = problem.carryOver ? money - paid : 0
      continue
    }
    npv -= problem.overspendPenalty * Math.max(0, paid - money) * discount(problem, t + 1)
    carried = problem.carryOver ? Math.max(0, money - paid) : 0
  }
  for (const name of names) {
    const limit = problem.capacity[name] as number
    ;(heads[name] as number[]).forEach((used, t) => {
      const rule = `capacity ${name} ${t + 1}`
      findings.atMost(rule, used, limit, () => `${periodName} ${t + 1} needs ${used} ${name} of ${limit}`)
    })
  }
  const durations = new Map(problem.projects.map((project) => [project.id, project.cost.length]))
  for (const [project, needed] of problem.requires) {
    const start = starts.get(project)
    if (start === undefined) continue
    const end = (starts.get(needed) ?? Number.POSITIVE_INFINITY) + (durations.get(needed) ?? 0)
    findings.holds(`requires ${project} > ${needed}`, end <= start, () => `${project} starts before ${needed} is done`)
  }
  for (const [a, b] of problem.excludes) {
    findings.holds(`excludes ${a} | ${b}`, !(starts.has(a) && starts.has(b)), () => `${a} and ${b} are both chosen`)
  }
  const counts = (project: string, period?: number): boolean =>
    period === undefined ? starts.has(project) : starts.get(project) === period
  checkLinearRules(problem.choices ?? [], ({ project, period }) => (counts(project, period) ? 1 : 0), findings)
  return { npv, spend, available, heads, check: findings.verdict() }
}
