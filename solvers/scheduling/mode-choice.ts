/**
 * Mode vectors that keep every budget: from any vector, local search on the total excess (best change of one task, ties
 * and escapes at random). Finds one quickly on the public libraries; finding none proves nothing.
 */
import type { RandomStream } from '../numeric/index.ts'
import type { CompiledProblem } from './compile.ts'

export class ModeChooser {
  readonly #compiled: CompiledProblem
  readonly #random: RandomStream
  readonly #total: Int32Array

  constructor(compiled: CompiledProblem, random: RandomStream) {
    this.#compiled = compiled
    this.#random = random
    this.#total = new Int32Array(compiled.budgetCount)
  }

  /** A random mode for every task. */
  randomise(modes: Int32Array): void {
    const { taskCount, modeStart } = this.#compiled
    for (let i = 0; i < taskCount; i++) modes[i] = this.#random.integer(modeStart[i]!, modeStart[i + 1]! - 1)
  }

  /** Sum over the budgets of what the vector takes too much. */
  excess(modes: Int32Array): number {
    const { taskCount, budgetCount, use, budget } = this.#compiled
    let over = 0
    for (let b = 0; b < budgetCount; b++) {
      let total = 0
      for (let i = 0; i < taskCount; i++) total += use[modes[i]! * budgetCount + b]!
      if (total > budget[b]!) over += total - budget[b]!
    }
    return over
  }

  /**
   * Changes modes until the budgets hold.
   * @param steps changes tried at most; each costs O(modes x budgets)
   * @returns whether they hold
   */
  repair(modes: Int32Array, steps: number): boolean {
    const { taskCount, budgetCount, use, budget, modeStart } = this.#compiled
    const total = this.#total
    if (budgetCount === 0) return true
    total.fill(0)
    for (let i = 0; i < taskCount; i++) {
      for (let b = 0; b < budgetCount; b++) total[b]! += use[modes[i]! * budgetCount + b]!
    }
    for (let step = 0; ; step++) {
      let over = 0
      for (let b = 0; b < budgetCount; b++) over += Math.max(0, total[b]! - budget[b]!)
      if (over === 0) return true
      if (step >= steps) return false
      let bestOver = Number.POSITIVE_INFINITY
      let bestTask = -1
      let bestMode = -1
      let ties = 0
      const skip = this.#random.integer(0, taskCount - 1)
      for (let i = 0; i < taskCount; i++) {
        if (i === skip) continue
        const current = modes[i]!
        for (let m = modeStart[i]!; m < modeStart[i + 1]!; m++) {
          if (m === current) continue
          let sum = 0
          for (let b = 0; b < budgetCount; b++) {
            const level = total[b]! - use[current * budgetCount + b]! + use[m * budgetCount + b]!
            if (level > budget[b]!) sum += level - budget[b]!
          }
          if (sum > bestOver) continue
          if (sum < bestOver) ties = 0
          ties++
          if (sum === bestOver && !this.#random.chance(1 / ties)) continue
          bestOver = sum
          bestTask = i
          bestMode = m
        }
      }
      if (bestTask < 0) return false
      for (let b = 0; b < budgetCount; b++) {
        total[b]! += use[bestMode * budgetCount + b]! - use[modes[bestTask]! * budgetCount + b]!
      }
      modes[bestTask] = bestMode
    }
  }
}
