/**
 * HiGHS (Huangfu and Hall 2018, dual revised simplex, branch and cut; active-set method for convex QP) as WebAssembly: the
 * default backend. Models go in as sparse arrays, never as text, and are disposed after every solve.
 */
import loadHighs, { type Highs, type Model, type ModelData } from 'highs'
import { type Limit, type Run, UnsupportedError } from '../../contract/index.ts'
import type { BackendAnswer, BackendOptions, LinearBackend, LinearProblem } from '../backend.ts'
import type { SensitivityRanges } from '../result.ts'

// The package's declarations describe its CommonJS build; its ES module's default export is the loader itself.
const load = loadHighs as unknown as () => Promise<Highs>

let loading: Promise<Highs> | undefined

/** The one WebAssembly instance of this thread. */
export function highsRuntime(): Promise<Highs> {
  loading ??= load()
  return loading
}

/** Integer columns up to which the costly start heuristic (10 ms on the smallest model) is left out. */
const FEW_INTEGERS = 50

export const highsBackend: LinearBackend = {
  name: 'highs',
  capabilities: {
    integers: true,
    duals: true,
    timeLimit: true,
    careful: true,
    quadratic: true,
    bounds: true,
    start: true,
    nodeLimit: true,
    gap: true,
    ranges: true,
  },

  async load(): Promise<string> {
    return (await highsRuntime()).version.string
  },

  async solve(problem: LinearProblem, options: BackendOptions, run: Run): Promise<BackendAnswer> {
    const highs = await highsRuntime()
    try {
      const model = highs.createModel(highsModel(highs, problem))
      try {
        return runHighs(highs, model, problem, options, run)
      } finally {
        model.dispose()
      }
    } catch (error) {
      // An aborted WebAssembly instance cannot be used again: the next solve loads a fresh one.
      if (error instanceof Error && error.name === 'RuntimeError') loading = undefined
      throw error
    }
  },
}

/** A normalised problem in the form the package takes. */
export function highsModel(highs: Highs, problem: LinearProblem): ModelData {
  const { constants } = highs
  const { columns, rows, starts, indices, values, hessian } = problem
  if (hessian && problem.hasIntegers) {
    throw new UnsupportedError(
      'quadratic objective',
      'HiGHS takes a quadratic objective over continuous variables only.',
    )
  }
  return {
    numCols: columns,
    numRows: rows,
    sense: problem.sense === 'maximize' ? constants.objectiveSense.maximize : constants.objectiveSense.minimize,
    offset: problem.offset,
    colCost: problem.objective,
    colLower: problem.columnLower,
    colUpper: problem.columnUpper,
    rowLower: problem.rowLower,
    rowUpper: problem.rowUpper,
    matrix: { format: 'csr', numRows: rows, numCols: columns, starts, indices, values },
    // Type 1 is integer, 0 continuous: the same coding as ours.
    ...(problem.hasIntegers ? { integrality: Int32Array.from(problem.integrality) } : {}),
    ...(hessian ? { hessian: { format: 'triangular', dimension: columns, ...hessian } } : {}),
  }
}

/** Runs a loaded model and reads its answer. */
export function runHighs(
  highs: Highs,
  model: Model,
  problem: LinearProblem,
  options: BackendOptions,
  run: Run,
): BackendAnswer {
  const { callbackType, modelStatus } = highs.constants
  const careful = options.careful === true
  let integers = 0
  if (problem.hasIntegers) for (let j = 0; j < problem.columns; j++) integers += problem.integrality[j] as number
  model.options.set({
    output_flag: false,
    small_matrix_value: 1e-12,
    // Seed 1, the default of a run, is the package's own default 0.
    random_seed: (run.seed + 2147483646) % 2147483647,
    ...(Number.isFinite(run.timeLimitMs) ? { time_limit: Math.max(0.001, run.remainingMs / 1000) } : {}),
    ...(careful ? { presolve: 'off', primal_feasibility_tolerance: 1e-9, dual_feasibility_tolerance: 1e-9 } : {}),
    ...(integers > 0
      ? {
          mip_rel_gap: options.relativeGap,
          mip_abs_gap: options.absoluteGap ?? 1e-9,
          ...(careful ? { mip_feasibility_tolerance: 1e-9 } : {}),
          ...(options.nodeLimit === undefined ? {} : { mip_max_nodes: options.nodeLimit }),
          ...(integers <= FEW_INTEGERS ? { mip_heuristic_run_feasibility_jump: false } : {}),
        }
      : {}),
  })
  if (options.start !== undefined && integers > 0) setStart(model, options.start)
  let stopped: Limit | null = null
  const poll = (event: { interrupt(): void }): undefined => {
    const asked = options.interrupted?.() ?? run.limit === 'interrupted'
    if (asked) stopped = 'interrupted'
    if (stopped !== null) event.interrupt()
  }
  const listens = options.onIncumbent !== undefined || options.onBound !== undefined
  const interruptible = run.signal !== undefined || options.interrupted !== undefined || listens
  type Callbacks = NonNullable<Parameters<Model['run']>[0]>
  const callbacks: Callbacks = !interruptible
    ? {}
    : integers === 0
      ? { [callbackType.simplexInterrupt]: poll }
      : ({
          [callbackType.mipInterrupt]: poll,
          [callbackType.mipImprovingSolution]: (event: { data: IncumbentData }): undefined => {
            const { mip_solution, mip_dual_bound } = event.data
            if (mip_solution !== undefined) options.onIncumbent?.(mip_solution, finite(mip_dual_bound))
          },
          [callbackType.mipLogging]: (event: { data: IncumbentData }): undefined => {
            const { mip_dual_bound, mip_primal_bound, mip_node_count } = event.data
            options.onBound?.(finite(mip_dual_bound), finite(mip_primal_bound), Number(mip_node_count ?? 0))
          },
        } as Callbacks)
  model.run(callbacks)

  const status = model.getModelStatus()
  const rays = options.rays !== false && integers === 0 && !problem.hessian
  if (status === modelStatus.infeasible)
    return { claim: 'infeasible', ray: rays ? ray(() => model.getDualRay()) : null }
  if (status === modelStatus.unbounded)
    return { claim: 'unbounded', ray: rays ? ray(() => model.getPrimalRay()) : null }
  if (status === modelStatus.unboundedOrInfeasible) return { claim: 'unbounded-or-infeasible' }
  const bound = integers > 0 ? finite(model.info.get('mip_dual_bound')) : null
  if (status === modelStatus.optimal || (status === modelStatus.empty && problem.columns === 0)) {
    const solution = model.getSolution()
    const lp = integers === 0
    return {
      claim: 'optimal',
      values: solution.colValue,
      bound,
      duals: lp ? solution.rowDual : null,
      reducedCosts: lp ? solution.colDual : null,
      ...(options.ranges === true && lp && !problem.hessian ? { ranges: readRanges(model, problem, solution) } : {}),
    }
  }
  const limit: Limit =
    stopped ??
    (status === modelStatus.timeLimit
      ? 'time'
      : status === modelStatus.solutionLimit && options.nodeLimit !== undefined
        ? 'nodes'
        : status === modelStatus.iterationLimit
          ? 'iterations'
          : status === modelStatus.interrupted
            ? 'interrupted'
            : 'method')
  if (model.info.get('primal_solution_status') === highs.constants.solutionStatus.feasible) {
    return { claim: 'feasible', values: model.getSolution().colValue, bound, limit }
  }
  return { claim: 'unknown', limit, bound, reason: `it ended with model status ${status}` }
}

interface IncumbentData {
  readonly mip_solution?: Float64Array
  readonly mip_dual_bound?: number
  readonly mip_primal_bound?: number
  readonly mip_node_count?: bigint
}

function setStart(model: Model, start: Float64Array): void {
  const known: number[] = []
  for (let j = 0; j < start.length; j++) if (!Number.isNaN(start[j] as number)) known.push(j)
  if (known.length === start.length) model.setSolution({ colValue: start })
  else if (known.length > 0) {
    model.setSolution({ indices: Int32Array.from(known), values: Float64Array.from(known, (j) => start[j] as number) })
  }
}

/** The ray costs another LP solve that may fail; the front then derives a certificate of its own. */
function ray(read: () => { values: Float64Array } | undefined): Float64Array | null {
  try {
    return read()?.values ?? null
  } catch {
    return null
  }
}

/** HiGHS reports limits of costs and bounds themselves, not changes; a value that no limit holds comes as infinity. */
function readRanges(
  model: Model,
  problem: LinearProblem,
  solution: { colValue: Float64Array },
): SensitivityRanges | null {
  if (solution.colValue.length !== problem.columns) return null
  try {
    const ranging = model.getRanging()
    return {
      objective: { from: ranging.colCostDown.value, to: ranging.colCostUp.value },
      rowSides: { from: ranging.rowBoundDown.value, to: ranging.rowBoundUp.value },
      bounds: { from: ranging.colBoundDown.value, to: ranging.colBoundUp.value },
    }
  } catch {
    return null
  }
}

/** HiGHS writes a missing bound as a huge number. */
function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e200 ? value : null
}
