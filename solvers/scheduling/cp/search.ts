/**
 * Branch and bound over the CP model: restarts (Luby), activity-based decisions that follow the best schedule known
 * (solution-guided phases), and two ways to the proof taken in turns: refuting "objective <= best - 1" (from above) and
 * "objective <= bound" (from below, a destructive lower bound). Both learn nogoods that hold for the whole problem.
 *
 * `step` works for a number of conflicts and returns, so that a portfolio can take turns and look at clocks.
 */
import type { CompiledProblem } from '../compile.ts'
import type { Windows } from '../graph.ts'
import { scheduleFrom } from '../outcome.ts'
import { CpModel } from './model.ts'

export interface CpSearchOptions {
  /** Largest objective of interest; only better schedules than this are looked for. */
  readonly objectiveLimit?: number
  /** Share of the restarts that work from below. @default 0.5 */
  readonly fromBelow?: number
}

/** Relative gap above which the energy filters run in the restarts from below. */
const ENERGY_GAP = 0.04

export type CpStep = 'solution' | 'optimal' | 'infeasible' | 'running'

export class CpSearch {
  readonly model: CpModel
  /** Proved: no schedule has a smaller objective. */
  bound: number
  /** Objective of the best schedule known (found here or told), Infinity when there is none. */
  upper: number
  readonly starts: Int32Array
  readonly modes: Int32Array
  #restarts = 0
  #budget = 0
  #target = Number.POSITIVE_INFINITY
  #phase: Int32Array
  #hasPhase = false
  #dead = false
  readonly #fromBelow: number

  constructor(compiled: CompiledProblem, windows: Windows, makespanLimit: number, options: CpSearchOptions = {}) {
    this.model = new CpModel(compiled, windows, makespanLimit)
    this.#fromBelow = options.fromBelow ?? 0.5
    this.upper = (options.objectiveLimit ?? Number.POSITIVE_INFINITY) + 1
    const { engine, objective } = this.model
    this.#dead = !engine.freeze()
    this.bound = this.#dead ? Number.POSITIVE_INFINITY : engine.lower[objective]!
    this.starts = new Int32Array(compiled.taskCount)
    this.modes = new Int32Array(compiled.taskCount)
    this.#phase = new Int32Array(engine.variableCount)
    if (!this.#dead && Number.isFinite(this.upper)) this.#tightenRoot()
  }

  get conflicts(): number {
    return this.model.engine.conflicts
  }

  /** True when the search has ended: `upper` is the optimum, or there is no schedule better than the limit given. */
  get finished(): boolean {
    return this.#dead
  }

  /** A schedule from elsewhere: only better ones are looked for, near it. */
  tell(objective: number, starts: Int32Array, modes: Int32Array): void {
    if (objective >= this.upper) return
    this.upper = objective
    this.model.engine.cancelTo(0)
    this.#budget = 0
    const { compiled } = this.model
    for (let i = 0; i < compiled.taskCount; i++) {
      this.#phase[this.model.startOf(i) >> 1] = starts[i]!
      for (let m = compiled.modeStart[i]!; m < compiled.modeStart[i + 1]!; m++) {
        const code = this.model.modeOf(m)
        if (code >= 0) this.#phase[code >> 1] = modes[i] === m ? 1 : 0
      }
      if (this.model.absentOf(i) >= 0) this.#phase[this.model.absentOf(i) >> 1] = modes[i]! < 0 ? 1 : 0
    }
    this.#hasPhase = true
    this.#tightenRoot()
  }

  /** A bound proved elsewhere. */
  raiseBound(bound: number): void {
    if (bound <= this.bound || this.#dead) return
    this.model.engine.cancelTo(0)
    this.#budget = 0
    if (!this.model.engine.raiseRoot(this.model.objective, bound)) this.#dead = true
    this.#readBound()
  }

  #tightenRoot(): void {
    const { engine, objective } = this.model
    if (!engine.raiseRoot(objective ^ 1, 1 - this.upper)) this.#dead = true
    this.#readBound()
  }

  #readBound(): void {
    const { engine, objective } = this.model
    if (this.#dead) this.bound = this.upper
    else this.bound = Math.max(this.bound, engine.root[objective]!)
  }

  /** `solution`: starts and modes hold a better schedule. `optimal`: `upper` is the optimum, or no schedule exists. */
  step(conflicts: number): CpStep {
    const { engine } = this.model
    const until = engine.conflicts + conflicts
    for (;;) {
      if (this.#dead) {
        this.bound = this.upper
        return Number.isFinite(this.upper) ? 'optimal' : 'infeasible'
      }
      if (!engine.propagate()) {
        if (!engine.resolveConflict()) this.#dead = true
        this.#budget--
        if (engine.level === 0) this.#readBound()
        continue
      }
      if (this.#budget <= 0) {
        if (engine.conflicts >= until) return 'running'
        this.#restart()
        continue
      }
      if (!this.#decide()) {
        this.#record()
        return 'solution'
      }
    }
  }

  /**
   * Searches with the literals decided first, for a number of conflicts; what is learned holds without them.
   * @param assumptions code, value pairs
   * @returns `exhausted` when no better schedule keeps the assumptions, `running` when the conflicts are used up
   */
  searchUnder(assumptions: readonly number[], conflicts: number): CpStep | 'exhausted' {
    const { engine } = this.model
    const until = engine.conflicts + conflicts
    engine.cancelTo(0)
    this.#budget = 0
    this.#target = Number.POSITIVE_INFINITY
    this.model.energy.on = false
    for (;;) {
      if (this.#dead) return this.step(0)
      if (!engine.propagate()) {
        if (!engine.resolveConflict()) this.#dead = true
        if (engine.level === 0) this.#readBound()
        continue
      }
      if (engine.conflicts >= until) {
        engine.cancelTo(0)
        return 'running'
      }
      const assumed = this.#assume(assumptions)
      if (assumed === 'decided') continue
      if (assumed === 'denied') {
        engine.cancelTo(0)
        return 'exhausted'
      }
      if (!this.#decide()) {
        this.#record()
        return 'solution'
      }
    }
  }

  /** Decides all assumptions that are open; they are propagated together. */
  #assume(assumptions: readonly number[]): 'decided' | 'denied' | 'held' {
    const { engine } = this.model
    const before = engine.level
    for (let k = 0; k < assumptions.length; k += 2) {
      const code = assumptions[k]!
      const value = assumptions[k + 1]!
      if (engine.isTrue(code, value)) continue
      if (engine.isFalse(code, value)) return 'denied'
      engine.decide(code, value)
    }
    return engine.level > before ? 'decided' : 'held'
  }

  #restart(): void {
    const { engine, objective } = this.model
    engine.cancelTo(0)
    engine.forget()
    this.#restarts++
    this.#budget = 100 * luby(this.#restarts)
    this.#readBound()
    const below = Math.floor(this.#restarts * this.#fromBelow) > Math.floor((this.#restarts - 1) * this.#fromBelow)
    // Edge-finding doubles the cost of a conflict: measured, it pays while the bound is far away and not near the end.
    this.model.energy.on = below && this.upper - this.bound > ENERGY_GAP * this.upper
    this.#target = below && Number.isFinite(this.upper) ? engine.root[objective]! : Number.POSITIVE_INFINITY
  }

  /** Opens the next level. @returns false when everything is fixed */
  #decide(): boolean {
    const { engine, objective, modeCodes, startCodes } = this.model
    const { lower } = engine
    if (engine.level === 0 && this.#target < -lower[objective ^ 1]!) {
      engine.decide(objective ^ 1, -this.#target)
      return true
    }
    const x = engine.pickActive()
    if (x >= 0) {
      const threshold = engine.pickedThreshold
      const above = this.#hasPhase ? this.#phase[x]! >= threshold : false
      if (above) engine.decide(2 * x, threshold)
      else engine.decide(2 * x + 1, 1 - threshold)
      return true
    }
    for (const code of modeCodes) {
      if (engine.isFixed(code)) continue
      const wanted = this.#hasPhase ? this.#phase[code >> 1]! : 1
      if (wanted === 1) engine.decide(code, 1)
      else engine.decide(code ^ 1, 0)
      return true
    }
    let chosen = -1
    let earliest = Number.POSITIVE_INFINITY
    for (const code of startCodes) {
      const low = lower[code]!
      if (low === -lower[code ^ 1]! || low >= earliest) continue
      earliest = low
      chosen = code
    }
    if (chosen < 0) {
      for (let code = 0; code < lower.length; code += 2) {
        if (engine.isFixed(code)) continue
        chosen = code
        break
      }
    }
    if (chosen < 0) return false
    engine.decide(chosen ^ 1, -lower[chosen]!)
    return true
  }

  #record(): void {
    const { engine } = this.model
    this.model.read(this.starts, this.modes)
    // Variables that only bound a measure from above may stand higher than the schedule needs.
    this.upper = scheduleFrom(this.model.compiled, this.starts, this.modes).objective
    for (let x = 0; x < this.#phase.length; x++) this.#phase[x] = engine.lower[2 * x]!
    this.#hasPhase = true
    engine.cancelTo(0)
    this.#tightenRoot()
  }
}

/** 1 1 2 1 1 2 4 1 1 2 ... (Luby, Sinclair, Zuckerman 1993), k from 1. */
function luby(k: number): number {
  let size = 1
  let power = 0
  while (size < k + 1) {
    power++
    size = 2 * size + 1
  }
  let rest = k - 1
  while (size - 1 !== rest) {
    size = (size - 1) >> 1
    power--
    rest %= size
  }
  return 2 ** power
}
