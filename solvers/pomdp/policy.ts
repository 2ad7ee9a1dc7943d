/** The policy that an answer of solvePomdp stands for, as something that acts: for simulation and for execution. */
import { solveMdp } from './bounds.ts'
import { type ControllerChoice, drawChoice, drawNext } from './controller.ts'
import type { PomdpModel } from './model.ts'
import type { PlanNode } from './reachable.ts'
import type { Policy } from './simulate.ts'
import type { PomdpResult } from './solve.ts'

/**
 * A controller draws its actions, a plan over beliefs follows its branches, `mls` acts on the most likely state; everything else
 * takes the action of the best vector, for a finite horizon that of the steps that are left.
 */
export function policyOf(model: PomdpModel, result: PomdpResult): Policy {
  const { valueFunction, stages, plan, controller } = result
  if (controller !== undefined) return controllerPolicy(controller)
  if (plan !== undefined) return planPolicy(plan.root)
  if (result.method === 'mls') {
    const actions = solveMdp(model).policy
    return { act: (belief) => actions[mostLikely(belief)]! }
  }
  if (result.method === 'blind') return { act: () => result.actionIndex }
  if (stages !== undefined && stages.length > 0) {
    return {
      act: (belief, step) => {
        const stage = stages[Math.max(0, stages.length - 1 - step)]!
        return stage.actions[stage.best(belief)]!
      },
    }
  }
  return { act: (belief) => valueFunction.actions[valueFunction.best(belief)]! }
}

function controllerPolicy(controller: NonNullable<PomdpResult['controller']>): Policy {
  let node = controller.start
  let choice: ControllerChoice | null = null
  return {
    begin: () => {
      node = controller.start
    },
    act: (_, __, random) => {
      choice = drawChoice(controller.nodes[node]!, random)
      return choice.action
    },
    observe: (observation, random) => {
      node = drawNext(choice!, observation, node, random)
    },
  }
}

function planPolicy(root: PlanNode): Policy {
  let node = root
  return {
    begin: () => {
      node = root
    },
    act: () => Math.max(0, node.action),
    observe: (observation) => {
      node = node.branches.find((branch) => branch.observation === observation)?.node ?? node
    },
  }
}

function mostLikely(belief: Float64Array): number {
  let best = 0
  for (let s = 1; s < belief.length; s++) if (belief[s]! > belief[best]!) best = s
  return best
}
