import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Run } from '../../solvers/contract/index.ts'
import { verifyHtnPlan } from '../../src/check/htn-plan.ts'
import type { HtnProblem } from '../../src/domain/htn.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { LiftedSystem } from '../../src/htn/lifted/system.ts'
import { toPlan } from '../../src/htn/search/derivation.ts'
import { TabledSearch } from '../../src/htn/search/tabled.ts'
import { readIpcPlan, writeIpcPlan } from '../../src/io/hddl/ipc-plan.ts'
import { readHddl } from '../../src/io/hddl/read.ts'
import { COURIER_DOMAIN, COURIER_PROBLEM, ENDLESS_DOMAIN, ENDLESS_PROBLEM } from './instances/depot.ts'

const folder = '../shared/benchmarks/htn'

function solve(problem: HtnProblem): Plan | 'exhausted' | 'limit' {
  const system = new LiftedSystem(problem)
  const result = new TabledSearch(system).run(new Run('test', { timeLimitMs: 30_000 }))
  return result.status === 'found' ? toPlan(system, result.derivation, result.cost) : result.status
}

describe('tabled decomposition', () => {
  it('finds the cheapest plan of a problem that uses numbers, costs, quantifiers and conditional effects', () => {
    const problem = readHddl(COURIER_DOMAIN, COURIER_PROBLEM)
    const plan = solve(problem)
    if (typeof plan === 'string') throw new Error(plan)
    // skiff a-home 2, back with p1 2, a-b 4 (by road: water would spoil it); van home-a 2 with p2.
    expect(plan.cost).toBe(10)
    const report = verifyHtnPlan(problem, readIpcPlan(writeIpcPlan(plan)))
    expect(report.issues).toEqual([])
    expect(report.cost).toBe(10)
  })

  it('proves that a hierarchy that only calls itself has no plan', () => {
    expect(solve(readHddl(ENDLESS_DOMAIN, ENDLESS_PROBLEM))).toBe('exhausted')
  })

  describe.skipIf(!existsSync(folder))('published instances (skipped when ../shared/benchmarks is absent)', () => {
    it.each([
      ['to/Towers', 'pfile_14.hddl', 16383],
      ['to/Snake', 'pb05.snake.hddl', 10],
      ['to/Depots', 'p07.hddl', 34],
      ['to/Transport', 'pfile06.hddl', 29],
    ])('%s %s is solved in %i actions and verified', (family, file, length) => {
      const read = (name: string): string => readFileSync(`${folder}/${family}/${name}`, 'utf8')
      const problem = readHddl(read('domain.hddl'), read(file))
      const plan = solve(problem)
      if (typeof plan === 'string') throw new Error(plan)
      expect(plan.steps.length).toBe(length)
      expect(verifyHtnPlan(problem, plan).issues).toEqual([])
    })
  })
})
