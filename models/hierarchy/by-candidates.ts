/**
 * The road over candidates: choices of methods lazily by rising bound; each first has to pass the cheap proofs against the best
 * plan so far, then is scheduled by itself. Ends with the proof when the bound of what is still to come does not beat the best.
 */
import { type Limit, type Run, relativeGap } from '../../solvers/contract/index.ts'
import type { HierarchyProblem } from '../../src/domain/hierarchy.ts'
import type { HierarchyTree } from '../../src/domain/hierarchy-tree.ts'
import type { ProjectObjective } from '../../src/domain/project.ts'
import { clean, figure } from '../conflict/index.ts'
import { explainProjectConflict, type ProjectOptions, scheduleProject } from '../scheduling/index.ts'
import { type MethodCandidate, MethodCandidates } from './candidates.ts'
import { refute, type Yardstick } from './cheap-proofs.ts'
import { describePlan, type PlanBody } from './decode.ts'
import { buildJoint } from './joint.ts'
import type { CandidateTrace, HierarchyResult } from './result.ts'

interface Best {
  readonly body: PlanBody
  readonly solver: string
  /** Values in order of importance, smaller is better. */
  readonly key: readonly number[]
}

export async function solveByCandidates(
  problem: HierarchyProblem,
  tree: HierarchyTree,
  run: Run,
  options: ProjectOptions,
): Promise<HierarchyResult> {
  const search = new CandidateRoad(problem, tree, run, options)
  return search.solve()
}

class CandidateRoad {
  readonly #problem: HierarchyProblem
  readonly #tree: HierarchyTree
  readonly #run: Run
  readonly #options: ProjectOptions
  readonly #first: ProjectObjective
  readonly #trace: CandidateTrace[] = []
  #best: Best | null = null
  /** Least bound of the candidates that a limit left open. */
  #open = Number.POSITIVE_INFINITY
  #limit: Limit | null = null

  constructor(problem: HierarchyProblem, tree: HierarchyTree, run: Run, options: ProjectOptions) {
    this.#problem = problem
    this.#tree = tree
    this.#run = run
    this.#options = options
    this.#first = problem.objectives[0] as ProjectObjective
  }

  async solve(): Promise<HierarchyResult> {
    const candidates = new MethodCandidates(this.#problem, this.#tree)
    for (;;) {
      if (this.#best !== null && !this.#mayBeat(candidates.bound)) break
      const candidate = candidates.next(this.#run)
      if (candidate === null) break
      await this.#consider(candidate)
      if (this.#run.limit !== null) break
    }
    const pending =
      this.#best !== null && !this.#mayBeat(candidates.bound) ? Number.POSITIVE_INFINITY : candidates.bound
    this.#open = Math.min(this.#open, pending)
    this.#limit ??= this.#run.limit
    return this.#result()
  }

  /** Whether a plan with this bound on the first objective could still be better than the best. */
  #mayBeat(bound: number): boolean {
    if (this.#best === null) return true
    const most = this.#best.key[0] as number
    const slack = 1e-9 * Math.max(1, Math.abs(most))
    return this.#problem.objectives.length > 1 ? bound <= most + slack : bound < most - slack
  }

  async #consider({ flat, bound }: MethodCandidate): Promise<void> {
    const methods = flat.methods.map(({ task, method }) => `${task}: ${method}`)
    const note = (outcome: CandidateTrace['outcome'], reason: string): void => {
      this.#trace.push({ methods, outcome, reason })
    }
    if (this.#best !== null && !this.#mayBeat(bound)) {
      note('refuted', `no better than ${figure(bound)} by what its tasks take at the least`)
      return
    }
    const yardstick: Yardstick | null =
      this.#best === null
        ? null
        : { objective: this.#first, most: this.#best.key[0] as number, ties: this.#problem.objectives.length > 1 }
    const refuted = await refute(flat, yardstick, this.#run, this.#options)
    if (refuted !== null) {
      note('refuted', refuted)
      return
    }
    const { onProgress: _quiet, ...nested } = this.#run.nested()
    const answer = await scheduleProject(this.#limited(flat.project), { ...this.#options, ...nested, explain: false })
    if (answer.status === 'infeasible') {
      note(
        'infeasible',
        this.#best === null ? 'no schedule keeps all limits' : 'no schedule keeps all limits and is as good',
      )
      return
    }
    if (answer.status === 'unknown') {
      this.#leaveOpen(bound, answer.limit)
      note('open', `stopped by a limit (${answer.limit})`)
      return
    }
    const tasks = answer.schedule.tasks
    const body = describePlan(this.#problem, this.#tree, { tasks, methods: flat.methods })
    const key = this.#problem.objectives.map((name) => (name === 'value' ? -1 : 1) * (body.values[name] as number))
    if (answer.status === 'feasible') {
      const fixed = this.#first === 'cost' ? flat.methodCost : 0
      this.#leaveOpen((this.#first === 'value' ? -answer.bound : answer.bound) + fixed, answer.limit)
    }
    const values = this.#problem.objectives.map((name) => `${name} ${figure(body.values[name] as number)}`).join(', ')
    if (this.#best !== null && !less(key, this.#best.key)) {
      note('worse', values)
      return
    }
    note('best', values)
    this.#best = { body, solver: answer.solver, key }
    this.#run.emit({ kind: 'incumbent', incumbent: body.objective, message: methods.join(', ') })
  }

  /** The candidate's project with the best makespan so far as its deadline, when that is what counts first. */
  #limited(project: Parameters<typeof scheduleProject>[0]): Parameters<typeof scheduleProject>[0] {
    if (this.#best === null || this.#first !== 'makespan') return project
    const latest = this.#best.key[0] as number
    return project.deadline !== null && project.deadline <= latest ? project : { ...project, deadline: latest }
  }

  #leaveOpen(bound: number, limit: Limit): void {
    this.#open = Math.min(this.#open, bound)
    this.#limit ??= limit
  }

  async #result(): Promise<HierarchyResult> {
    const trace = this.#trace
    if (this.#best === null) {
      if (this.#limit !== null) return { status: 'unknown', limit: this.#limit, solver: 'candidates', trace }
      const joint = buildJoint(this.#problem, this.#tree)
      const conflict = await explainProjectConflict(joint.project, this.#run, this.#options)
      return { status: 'infeasible', conflict, solver: 'candidates', trace }
    }
    const { body, solver, key } = this.#best
    const least = Math.min(key[0] as number, this.#open)
    const bound = clean(this.#first === 'value' ? -least : least)
    const plan = { ...body, bound, gap: relativeGap(key[0] as number, least), solver: `candidates, ${solver}`, trace }
    return this.#limit === null ? { status: 'optimal', ...plan } : { status: 'feasible', limit: this.#limit, ...plan }
  }
}

function less(a: readonly number[], b: readonly number[]): boolean {
  for (let k = 0; k < a.length; k++) {
    const difference = (a[k] as number) - (b[k] as number)
    if (Math.abs(difference) > 1e-9 * Math.max(1, Math.abs(a[k] as number))) return difference < 0
  }
  return false
}
