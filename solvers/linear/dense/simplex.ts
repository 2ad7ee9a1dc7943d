/**
 * A dense bounded-variable simplex on preallocated Float64Arrays, for thousands of tiny linear programs and for models of
 * a few hundred rows and columns.
 *
 *     minimise  c.x   subject to   r = A x,   l_j <= x_j <= u_j,   L_i <= r_i <= U_i
 *
 * Rows are variables too (the row activities r), so that free, boxed, fixed, ranged and equality rows need no case of
 * their own. The state is the homogeneous dictionary  x_B = T x_N  with  objective = d.x_N ; the slack basis has T = A and
 * d = c, and exchanging one basic for one nonbasic variable costs rows * columns multiply-adds. The entries of d are the
 * reduced costs; those of row activities are the duals of their rows.
 *
 * Method: a primal feasible start goes to the primal simplex; a dual feasible one (after moving boxed variables to their
 * better side) to the dual simplex with bound flipping (Maros 2003); any other to a composite phase 1 that minimises the
 * sum of infeasibilities with a long step over its breakpoints. Dantzig's rule and Harris's two-pass ratio test (1973).
 * After STALL degenerate steps in a row the primal relaxes the bounds of its basic variables, the dual shifts its reduced
 * costs away from zero, each by a fixed pseudo-random trifle per variable; the shift is taken back at the end and the other
 * method repairs what is left. Twice at most; then Bland's rule (1977) takes over while a stall lasts, which rules out cycling
 * in exact arithmetic.
 *
 * Tolerances: see `tolerances.ts`. Before it answers, the kernel multiplies point, duals or ray with the original matrix (`accuracy.ts`);
 * when they miss, the dictionary is rebuilt from the basis and the run goes on, and after REBUILDS rebuilds the answer is
 * `numerical`.
 *
 * Proves: `optimal` by the dual solution, `infeasible` by a Farkas combination of rows, `unbounded` by a ray from a
 * feasible point, all within these tolerances and all left in the workspace. Worst case exponential (Klee and Minty 1972).
 *
 * Where to look: `program.ts` has the problem and its answer, `dictionary.ts` the state and the pivot, `primal.ts` and `dual.ts` the
 * two methods, `ratio-test.ts` the step of the primal, `perturbation.ts` the shifts, `budget.ts` the limits, `certificates.ts` the
 * proofs of infeasible and unbounded.
 */
import { accurate } from './accuracy.ts'
import { Budget } from './budget.ts'
import { AT_LOWER, AT_UPPER, Dictionary } from './dictionary.ts'
import { dual, moveToDualFeasible } from './dual.ts'
import { Perturbation } from './perturbation.ts'
import { primal } from './primal.ts'
import { type DenseStatus, Program } from './program.ts'

const REBUILDS = 3
/** Rounds of `optimise` in which a stall is answered by a perturbation. */
const PERTURBED_ROUNDS = 2

/**
 * Workspace for any number of solves; grows when `resize` asks for more, allocates nothing else.
 *
 * Fill `matrix` (row-major, row stride `columns`), `objective`, `lower` and `upper`, then call `solve`.
 */
export class DenseSimplex extends Program {
  readonly #dictionary = new Dictionary(this)
  readonly #perturbation = new Perturbation(this.#dictionary)
  readonly #budget = new Budget(this)

  override resize(rows: number, columns: number): void {
    super.resize(rows, columns)
    this.#dictionary.resize()
  }

  /** Solves from the slack basis. */
  solve(): DenseStatus {
    const { rows, columns } = this
    this.#dictionary.loadSlackBasis()
    for (let v = 0; v < columns + rows; v++) this.value[v] = 0
    this.#dictionary.costs.set(columns === this.objective.length ? this.objective : this.objective.subarray(0, columns))
    return this.#run()
  }

  /**
   * Solves from the basis of the previous solve. Bounds and objective may have changed since, the matrix and the size may
   * not.
   */
  resolve(): DenseStatus {
    this.#dictionary.priceOut()
    return this.#run()
  }

  /** Solves from a basis stored by `saveBasis`; a singular one is completed with slacks. */
  solveFrom(basis: Int8Array): DenseStatus {
    const { rows, columns, lower, upper, value } = this
    for (let v = 0; v < columns + rows; v++) {
      const place = basis[v]
      value[v] = place === AT_LOWER ? (lower[v] as number) : place === AT_UPPER ? (upper[v] as number) : 0
    }
    this.#dictionary.factorise(basis)
    this.#dictionary.priceOut()
    return this.#run()
  }

  /** Writes the place of every variable into `basis` (columns + rows entries). */
  saveBasis(basis: Int8Array): void {
    this.#dictionary.saveBasis(basis)
  }

  /** Optimises, checks, and rebuilds the dictionary when the check fails. */
  #run(): DenseStatus {
    const { columns, objective } = this
    this.#dictionary.measureCosts()
    this.#budget.begin()
    let status: DenseStatus = 'numerical'
    for (let rebuild = 0; rebuild <= REBUILDS; rebuild++) {
      status = this.#optimise()
      if (status === 'iterations' || status === 'stopped') break
      if (status !== 'numerical' && accurate(this.#dictionary, status)) break
      if (rebuild === REBUILDS) {
        status = 'numerical'
        break
      }
      this.#dictionary.factorise(null)
      this.#dictionary.priceOut()
      status = 'numerical'
    }
    let total = 0
    for (let j = 0; j < columns; j++) total += (objective[j] as number) * (this.value[j] as number)
    this.objectiveValue = total
    return status
  }

  /** From the basis at hand to an answer: dual or primal simplex, and the other one for what is left. */
  #optimise(): DenseStatus {
    this.#dictionary.keepSides()
    this.#dictionary.computeBasics()
    for (let round = 0; round <= PERTURBED_ROUNDS + 1; round++) {
      this.#perturbation.allowed = round < PERTURBED_ROUNDS
      if (!this.#dictionary.primalFeasible()) {
        if (moveToDualFeasible(this.#dictionary)) {
          const status = dual(this.#dictionary, this.#perturbation, this.#budget)
          if (status !== 'optimal') return status
        }
        if (!this.#dictionary.primalFeasible()) {
          const status = primal(this.#dictionary, this.#perturbation, this.#budget, true)
          if (status !== 'optimal') {
            this.#perturbation.restoreBounds()
            return status
          }
        }
      }
      const status = primal(this.#dictionary, this.#perturbation, this.#budget, false)
      const shifted = this.#perturbation.restoreBounds()
      if (status !== 'optimal' && !(status === 'unbounded' && shifted)) return status
      // Harris's steps and taken back perturbations may have left basic variables outside.
      if (this.#dictionary.primalFeasible() && status === 'optimal') return status
    }
    return 'numerical'
  }
}
