import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { type CompiledProblem, compileProblem } from '../../../solvers/scheduling/compile.ts'
import type { Engine } from '../../../solvers/scheduling/cp/engine.ts'
import { CpModel } from '../../../solvers/scheduling/cp/model.ts'
import { CpSearch } from '../../../solvers/scheduling/cp/search.ts'
import { computeWindows } from '../../../solvers/scheduling/graph.ts'
import { scheduleNow } from '../../../solvers/scheduling/index.ts'
import type { SchedulingProblem } from '../../../solvers/scheduling/problem.ts'
import { feasibleSchedules } from './oracle.ts'
import { randomProblem } from './random-problems.ts'

const HORIZON = 8

/** Random decisions with restarts, so that conflicts of every propagator come up; nothing is ever excluded by hand. */
function learnAtRandom(model: CpModel, seed: number, conflicts: number, most?: number): number[][] {
  const { engine } = model
  const random = new RandomStream(seed)
  const learned: number[][] = []
  engine.onLearned = (literals) => learned.push([...literals])
  if (!engine.freeze()) return learned
  if (most !== undefined && !engine.raiseRoot(model.objective ^ 1, -most)) return learned
  for (let step = 0; step < 40 * conflicts && engine.conflicts < conflicts; step++) {
    if (!engine.propagate()) {
      if (!engine.resolveConflict()) break
      continue
    }
    const open: number[] = []
    for (let x = 0; x < engine.variableCount; x++) if (!engine.isFixed(2 * x)) open.push(x)
    if (open.length === 0 || random.chance(0.02)) {
      engine.cancelTo(0)
      if (open.length === 0) continue
    }
    // Mostly where conflicts were, as the real search does, which brings clauses on both bounds of a variable.
    const active = random.chance(0.7) ? engine.pickActive() : -1
    const x = active >= 0 ? active : random.pick(open)
    const low = engine.lower[2 * x]!
    const high = -engine.lower[2 * x + 1]!
    if (low === high) continue
    const threshold = active >= 0 ? engine.pickedThreshold : random.integer(low + 1, high)
    if (random.chance(0.5)) engine.decide(2 * x, threshold)
    else engine.decide(2 * x + 1, 1 - threshold)
  }
  return learned
}

/** Fixes starts and modes. @returns false when propagation denies the schedule */
function place(model: CpModel, compiled: CompiledProblem, starts: Int32Array, modes: Int32Array): boolean {
  const { engine } = model
  const fix = (code: number, value: number): boolean => assume(engine, code, value) && assume(engine, code ^ 1, -value)
  for (let i = 0; i < compiled.taskCount; i++) {
    const absent = modes[i]! < 0
    if (model.absentOf(i) >= 0 && !fix(model.absentOf(i), absent ? 1 : 0)) return false
    for (let m = compiled.modeStart[i]!; m < compiled.modeStart[i + 1]!; m++) {
      if (model.modeOf(m) >= 0 && !fix(model.modeOf(m), modes[i] === m ? 1 : 0)) return false
    }
    if (!absent && !fix(model.startOf(i), starts[i]!)) return false
  }
  return true
}

function assume(engine: Engine, code: number, value: number): boolean {
  if (engine.isTrue(code, value)) return true
  if (engine.isFalse(code, value)) return false
  engine.decide(code, value)
  return engine.propagate()
}

/** Whether a clause rules the placed schedule out, whatever the variables left open take. */
function violates(engine: Engine, clause: readonly number[]): boolean {
  const level = engine.level
  let possible = true
  for (let k = 0; possible && k < clause.length; k += 2) possible = assume(engine, clause[k]! ^ 1, 1 - clause[k + 1]!)
  engine.cancelTo(level)
  return possible
}

function check(name: string, problem: SchedulingProblem, seed: number): number {
  const compiled = compileProblem(problem)
  const result = computeWindows(compiled)
  if ('cycle' in result) return 0
  const learned = learnAtRandom(new CpModel(compiled, result.windows, HORIZON), seed, 150)
  const judge = new CpModel(compiled, result.windows, HORIZON)
  const open = judge.engine.freeze()
  // The model looks at no schedule that ends after the horizon, beyond which no best one lies.
  for (const { starts, modes } of feasibleSchedules(problem, Math.min(HORIZON, compiled.horizon))) {
    expect(open && place(judge, compiled, starts, modes), `${name}: a schedule is denied: ${starts} ${modes}`).toBe(
      true,
    )
    const wrong = learned.filter((clause) => violates(judge.engine, clause))
    expect(wrong, `${name}: clauses deny the schedule ${starts} ${modes}`).toEqual([])
    judge.engine.cancelTo(0)
  }
  return learned.length
}

describe('what the exact search learns', () => {
  it('holds in every schedule of a small problem, whatever its features', () => {
    let learned = 0
    for (let seed = 1; seed <= 60; seed++) {
      const bit = (k: number): boolean => (Math.imul(seed, 0x9e3779b1) >>> (k + 7)) % 2 === 1
      const base = randomProblem(seed + 1000, {
        tasks: bit(0) ? 3 : 4,
        modes: bit(0) ? 2 : 1,
        renewables: 1 + (seed % 2),
        budgets: bit(1),
        stocks: bit(2),
        maximumLags: bit(3),
        noOverlap: bit(4),
        setups: bit(5),
        optional: bit(6),
        windows: bit(7),
        reductions: bit(8),
      })
      const objectives = [{ makespan: 1 }, { tardiness: 1, value: 1 }, { cost: 1, makespan: 2, value: 3 }] as const
      learned += check(`seed ${seed}`, { ...base, objective: objectives[seed % 3]!, maxMakespan: HORIZON }, seed)
    }
    expect(learned).toBeGreaterThan(200)
  })

  it('holds for machines that do one thing at a time', () => {
    let learned = 0
    for (let seed = 1; seed <= 15; seed++) {
      const base = randomProblem(seed + 2000, { tasks: 5, noOverlap: true, windows: seed % 2 === 0 })
      learned += check(
        `seed ${seed}`,
        { ...base, noOverlaps: [{ id: 'M', tasks: [0, 1, 2, 3, 4] }], maxMakespan: HORIZON },
        seed,
      )
    }
    expect(learned).toBeGreaterThan(10)
  })

  it('is refuted by no schedule that a directed search finds in larger problems', () => {
    let learned = 0
    for (let seed = 1; seed <= 12; seed++) {
      const problem = longTasks(seed)
      const compiled = compileProblem(problem)
      const result = computeWindows(compiled)
      if ('cycle' in result) continue
      const best = scheduleNow(problem, { explain: false, conflictLimit: 5000 })
      if (best.status !== 'optimal') continue
      // A little above the optimum there are schedules left and conflicts enough.
      const most = best.schedule.makespan + 1 + (seed % 3)
      const clauses = learnAtRandom(new CpModel(compiled, result.windows, most), seed, 250, most)
      for (const clause of clauses) {
        const search = new CpSearch(compiled, result.windows, most, { objectiveLimit: most })
        const { engine } = search.model
        let open = true
        for (let k = 0; open && k < clause.length; k += 2) open = engine.raiseRoot(clause[k]! ^ 1, 1 - clause[k + 1]!)
        if (open) expect(search.step(2000), `seed ${seed}: a schedule breaks ${clause}`).not.toBe('solution')
      }
      learned += clauses.length
    }
    expect(learned).toBeGreaterThan(1000)
  })
})

function longTasks(seed: number): SchedulingProblem {
  const random = new RandomStream(seed)
  const base = randomProblem(seed + 3000, { tasks: 12, renewables: 2, noOverlap: seed % 3 === 0 })
  const tasks = base.tasks.map((task) => ({
    ...task,
    modes: task.modes.map((mode) => ({ ...mode, duration: random.integer(1, 12) })),
  }))
  return { ...base, tasks }
}
