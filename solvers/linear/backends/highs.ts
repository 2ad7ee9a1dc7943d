/**
 * HiGHS (Huangfu and Hall 2018, dual revised simplex, branch and cut) as WebAssembly: the default backend. Models go in as
 * sparse arrays, never as text, and are disposed after every solve.
 */
import loadHighs, { type Highs } from 'highs'
import type { Limit, Run } from '../../contract/index.ts'
import type { BackendAnswer, BackendOptions, LinearBackend, LinearProblem } from '../backend.ts'

// The package's declarations describe its CommonJS build; its ES module's default export is the loader itself.
const load = loadHighs as unknown as () => Promise<Highs>

let loading: Promise<Highs> | undefined

function runtime(): Promise<Highs> {
  loading ??= load()
  return loading
}

export const highsBackend: LinearBackend = {
  name: 'highs',
  capabilities: { integers: true, duals: true, timeLimit: true },

  async load(): Promise<string> {
    await runtime()
    return '1.15.1'
  },

  async solve(problem: LinearProblem, options: BackendOptions, run: Run): Promise<BackendAnswer> {
    const highs = await runtime()
    const { constants } = highs
    const model = highs.createModel({
      numCols: problem.columns,
      numRows: problem.rows,
      sense: problem.sense === 'maximize' ? constants.objectiveSense.maximize : constants.objectiveSense.minimize,
      offset: problem.offset,
      colCost: problem.objective,
      colLower: problem.columnLower,
      colUpper: problem.columnUpper,
      rowLower: problem.rowLower,
      rowUpper: problem.rowUpper,
      matrix: {
        format: 'csr',
        numRows: problem.rows,
        numCols: problem.columns,
        starts: problem.starts,
        indices: problem.indices,
        values: problem.values,
      },
      ...(problem.hasIntegers
        ? {
            integrality: Array.from(problem.integrality, (flag) =>
              flag === 1 ? constants.variableType.integer : constants.variableType.continuous,
            ),
          }
        : {}),
    })
    try {
      model.options.set({ output_flag: false, mip_rel_gap: options.relativeGap, mip_abs_gap: 1e-9 })
      if (Number.isFinite(run.timeLimitMs)) model.options.set({ time_limit: Math.max(0.001, run.remainingMs / 1000) })
      if (problem.hasIntegers && problem.columns < 50) model.options.set({ mip_heuristic_run_feasibility_jump: false })
      const interrupt = constants.callbackType.mipInterrupt
      let aborted = false
      model.run({
        [interrupt]: (event: { interrupt(): void }) => {
          if (run.limit !== 'interrupted') return
          aborted = true
          event.interrupt()
        },
      } as Parameters<typeof model.run>[0])
      const status = model.getModelStatus()
      const codes = constants.modelStatus
      if (status === codes.infeasible) return { claim: 'infeasible' }
      if (status === codes.unbounded) return { claim: 'unbounded' }
      const hasPoint = model.info.get('primal_solution_status') === 2
      const bound = problem.hasIntegers ? finite(model.info.get('mip_dual_bound')) : null
      if (status === codes.optimal || (status === codes.empty && problem.columns === 0)) {
        const solution = model.getSolution()
        const lp = !problem.hasIntegers
        return {
          claim: 'optimal',
          values: solution.colValue,
          bound,
          duals: lp ? solution.rowDual : null,
          reducedCosts: lp ? solution.colDual : null,
        }
      }
      const limit: Limit = aborted ? 'interrupted' : status === codes.timeLimit ? 'time' : 'method'
      if (hasPoint) return { claim: 'feasible', values: model.getSolution().colValue, bound, limit }
      return { claim: 'unknown', limit, bound }
    } finally {
      model.dispose()
    }
  },
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e200 ? value : null
}
