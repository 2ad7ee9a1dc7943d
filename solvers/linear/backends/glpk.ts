/**
 * GLPK 5.0 as WebAssembly through glpk.js: an optional peer (GPL-3.0, so never shipped with this project), loaded when asked
 * for. Under Node it runs in this thread, in a browser its own entry starts a worker.
 *
 * The package takes names; ours are generated (x0, c0), so no user text reaches it. Its presolver hides the status of
 * infeasible and unbounded LPs and is needed for MIPs, hence off for the first and on for the second. It returns no bound, no
 * ray and no proof, and calls points optimal that break rows with large constants: every answer needs the front's check.
 */
import { MissingPackageError, type Run, UnsupportedError } from '../../contract/index.ts'
import type { BackendAnswer, BackendOptions, LinearBackend, LinearProblem } from '../backend.ts'

interface GlpkInstance {
  readonly GLP_MIN: number
  readonly GLP_MAX: number
  readonly GLP_FR: number
  readonly GLP_LO: number
  readonly GLP_UP: number
  readonly GLP_DB: number
  readonly GLP_FX: number
  readonly GLP_MSG_OFF: number
  readonly GLP_UNDEF: number
  readonly GLP_FEAS: number
  readonly GLP_NOFEAS: number
  readonly GLP_OPT: number
  readonly GLP_UNBND: number
  readonly version: string
  solve(lp: object, options: object): GlpkResult | Promise<GlpkResult>
}

interface GlpkResult {
  readonly result: {
    readonly status: number
    readonly vars: Readonly<Record<string, number>>
    readonly dual?: Readonly<Record<string, number>>
  }
}

let loading: Promise<GlpkInstance> | undefined

function runtime(): Promise<GlpkInstance> {
  loading ??= importGlpk()
  loading.catch(() => {
    loading = undefined
  })
  return loading
}

async function importGlpk(): Promise<GlpkInstance> {
  // A name in a variable keeps bundlers from demanding a package that need not be there.
  const name: string = isNode() ? 'glpk.js/node' : 'glpk.js'
  let loaded: { default: () => Promise<GlpkInstance> }
  try {
    loaded = (await import(/* @vite-ignore */ name)) as typeof loaded
  } catch (error) {
    throw new MissingPackageError('glpk.js', '5.0.0', 'The linear backend glpk', error)
  }
  return loaded.default()
}

function isNode(): boolean {
  return typeof process !== 'undefined' && process.versions?.node !== undefined
}

export const glpkBackend: LinearBackend = {
  name: 'glpk',
  capabilities: { integers: true, duals: true, timeLimit: true },

  async load(): Promise<string> {
    return (await runtime()).version
  },

  async solve(problem: LinearProblem, options: BackendOptions, run: Run): Promise<BackendAnswer> {
    const glpk = await runtime()
    if (problem.hessian) throw new UnsupportedError('quadratic objective', 'GLPK takes linear objectives only.')
    if (run.limit !== null) return { claim: 'unknown', limit: run.limit, bound: null }
    const integers = problem.hasIntegers
    const { result } = await glpk.solve(document(glpk, problem), {
      msglev: glpk.GLP_MSG_OFF,
      presol: integers,
      ...(integers ? { mipgap: options.relativeGap } : {}),
      // Whole seconds: the package knows no finer limit.
      ...(Number.isFinite(run.timeLimitMs) ? { tmlim: Math.max(1, Math.ceil(run.remainingMs / 1000)) } : {}),
    })
    const limited = run.limit
    switch (result.status) {
      case glpk.GLP_OPT:
        return {
          claim: 'optimal',
          values: Float64Array.from({ length: problem.columns }, (_, j) => result.vars[`x${j}`] ?? Number.NaN),
          bound: null,
          duals:
            integers || result.dual === undefined
              ? null
              : Float64Array.from({ length: problem.rows }, (_, i) => result.dual?.[`c${i}`] ?? 0),
          reducedCosts: null,
        }
      case glpk.GLP_FEAS:
        // A LP that stopped at a feasible basis, or a MIP at its gap or time limit.
        return {
          claim: 'feasible',
          values: Float64Array.from({ length: problem.columns }, (_, j) => result.vars[`x${j}`] ?? Number.NaN),
          bound: null,
          limit: limited ?? (options.relativeGap > 0 ? 'gap' : 'method'),
        }
      case glpk.GLP_NOFEAS:
        return { claim: 'infeasible' }
      case glpk.GLP_UNBND:
        return { claim: 'unbounded' }
      default:
        if (limited !== null) return { claim: 'unknown', limit: limited, bound: null }
        return { claim: 'unbounded-or-infeasible' }
    }
  },
}

function document(glpk: GlpkInstance, problem: LinearProblem): object {
  const { columns, rows, starts, indices, values } = problem
  const names = Array.from({ length: columns }, (_, j) => `x${j}`)
  const interval = (lower: number, upper: number): { type: number; lb: number; ub: number } => {
    const hasLower = Number.isFinite(lower)
    const hasUpper = Number.isFinite(upper)
    const type = !hasLower
      ? hasUpper
        ? glpk.GLP_UP
        : glpk.GLP_FR
      : !hasUpper
        ? glpk.GLP_LO
        : lower === upper
          ? glpk.GLP_FX
          : glpk.GLP_DB
    return { type, lb: hasLower ? lower : 0, ub: hasUpper ? upper : 0 }
  }
  const subjectTo = []
  for (let i = 0; i < rows; i++) {
    const vars = []
    for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
      vars.push({ name: names[indices[k] as number] as string, coef: values[k] as number })
    }
    subjectTo.push({
      name: `c${i}`,
      vars,
      bnds: interval(problem.rowLower[i] as number, problem.rowUpper[i] as number),
    })
  }
  return {
    name: 'p',
    objective: {
      direction: problem.sense === 'maximize' ? glpk.GLP_MAX : glpk.GLP_MIN,
      name: 'z',
      vars: names.map((name, j) => ({ name, coef: problem.objective[j] as number })),
    },
    subjectTo,
    bounds: names.map((name, j) => ({
      name,
      ...interval(problem.columnLower[j] as number, problem.columnUpper[j] as number),
    })),
    generals: names.filter((_, j) => problem.integrality[j] === 1),
  }
}
