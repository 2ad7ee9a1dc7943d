/**
 * The fully observable special case, exactly: policy iteration and the linear program, beside the value iteration of
 * bounds.ts.
 *
 * Policy iteration (Howard 1960): evaluate a policy by solving (I - discount P_policy) V = r_policy with an LU factorisation of
 * ml-matrix, improve greedily, stop when no state improves by more than 1e-10 of the values' size. Every policy is strictly better
 * than the one before, so it ends; O(S^3 + A nnz) a round, few rounds in practice. Dense: meant for up to a few thousand states.
 *
 * The linear program (d'Epenoux 1963): min sum_s V(s) with V(s) >= r(s, a) + discount sum_s' T(s' | s, a) V(s') for all s, a. Its
 * optimum is the value function; the dual certificate of the linear front proves it.
 */
import { LuDecomposition, Matrix } from 'ml-matrix'
import { InvalidInputError, type Limit } from '../contract/index.ts'
import { LinearModel, type LinearOptions, solveLinear, type Term } from '../linear/index.ts'
import type { PomdpModel } from './model.ts'

export interface MdpPolicy {
  /** Value of every state under the best policy. */
  readonly values: Float64Array
  /** Best action of every state, the smallest number among ties. */
  readonly policy: Int32Array
}

export interface MdpPolicyIteration extends MdpPolicy {
  /** Policies evaluated. */
  readonly iterations: number
}

/** @throws InvalidInputError for a discount of 1 or more: the equations are singular there */
export function policyIteration(model: PomdpModel): MdpPolicyIteration {
  requireDiscount(model)
  const stateCount = model.states.length
  const policy = new Int32Array(stateCount)
  let values = new Float64Array(stateCount)
  for (let iterations = 1; ; iterations++) {
    values = evaluatePolicy(model, policy)
    if (!improve(model, values, policy)) return { values, policy, iterations }
  }
}

/** Value of every state when `policy[s]` is done in state s for ever. O(S^3). */
export function evaluatePolicy(model: PomdpModel, policy: Int32Array): Float64Array<ArrayBuffer> {
  const stateCount = model.states.length
  const { pointers, columns, values } = model.transitions
  const system = Matrix.eye(stateCount)
  const rewards = Matrix.zeros(stateCount, 1)
  for (let s = 0; s < stateCount; s++) {
    const row = (policy[s] as number) * stateCount + s
    rewards.set(s, 0, model.rewards[row] as number)
    for (let k = pointers[row] as number; k < (pointers[row + 1] as number); k++) {
      const next = columns[k] as number
      system.set(s, next, system.get(s, next) - model.discount * (values[k] as number))
    }
  }
  return Float64Array.from(new LuDecomposition(system).solve(rewards).to1DArray())
}

export type MdpProgramResult =
  | ({ readonly status: 'optimal'; readonly solver: string } & MdpPolicy)
  | { readonly status: 'unknown'; readonly limit: Limit }

/** The same through the linear front. @throws InvalidInputError for a discount of 1 or more */
export async function solveMdpProgram(model: PomdpModel, options: LinearOptions = {}): Promise<MdpProgramResult> {
  requireDiscount(model)
  const stateCount = model.states.length
  const program = new LinearModel('mdp', 'minimize')
  for (const state of model.states)
    program.addVariable(`V(${state})`, { lower: Number.NEGATIVE_INFINITY, objective: 1 })
  const { pointers, columns, values } = model.transitions
  model.actions.forEach((action, a) => {
    for (let s = 0; s < stateCount; s++) {
      const row = a * stateCount + s
      const terms: Term[] = [[s, 1]]
      for (let k = pointers[row] as number; k < (pointers[row + 1] as number); k++) {
        terms.push([columns[k] as number, -model.discount * (values[k] as number)])
      }
      program.addRow(`${action} in ${model.states[s]}`, terms, '>=', model.rewards[row] as number)
    }
  })
  const result = await solveLinear(program, options)
  if (result.status !== 'optimal') return { status: 'unknown', limit: 'limit' in result ? result.limit : 'method' }
  const policy = new Int32Array(stateCount)
  improve(model, result.values, policy)
  return { status: 'optimal', values: result.values, policy, solver: result.solver }
}

/** Makes the policy greedy in the values, keeping an action that is as good. @returns whether anything changed */
function improve(model: PomdpModel, values: Float64Array, policy: Int32Array): boolean {
  const stateCount = model.states.length
  const { pointers, columns, values: probabilities } = model.transitions
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  let changed = false
  for (let s = 0; s < stateCount; s++) {
    const worth = (a: number): number => {
      const row = a * stateCount + s
      let total = model.rewards[row] as number
      for (let k = pointers[row] as number; k < (pointers[row + 1] as number); k++) {
        total += model.discount * (probabilities[k] as number) * (values[columns[k] as number] as number)
      }
      return total
    }
    let best = policy[s] as number
    let bestWorth = worth(best)
    for (let a = 0; a < model.actions.length; a++) {
      const other = worth(a)
      if (other <= bestWorth + 1e-10 * scale) continue
      best = a
      bestWorth = other
    }
    if (best !== policy[s]) {
      policy[s] = best
      changed = true
    }
  }
  return changed
}

function requireDiscount(model: PomdpModel): void {
  if (model.discount < 1) return
  throw new InvalidInputError([
    {
      code: 'out-of-range',
      path: ['discount'],
      message: `a discount of ${model.discount} has no stationary value`,
      hint: 'give a discount below 1, or a horizon',
      value: model.discount,
    },
  ])
}
