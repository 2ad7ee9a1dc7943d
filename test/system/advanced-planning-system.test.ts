import { describe, expect, test } from 'vitest'
import { AdvancedPlanningSystem } from '../../src/system/index.ts'
import { badDay, hidden, orders, robots } from './warehouse-day.ts'

const system = (more = {}) =>
  new AdvancedPlanningSystem({ agents: robots, observationModel: hidden, objectives: ['cost', 'makespan'], ...more })

describe('a day in the warehouse', () => {
  test('before anything is known, reading the scanner first is worth it', async () => {
    const result = await system().plan({ tasks: orders, constraints: { budget: 60 } })
    if (result.status !== 'optimal') throw new Error(result.status)
    const [step] = result.information
    expect(step?.sensor).toBe('scan A')
    expect(step?.withoutSensing).toBeCloseTo(0.7 * 6 + 0.3 * 20, 9)
    expect(step?.expectedCost).toBeCloseTo(1 + 0.665 * 6 + 0.015 * 20 + 0.32 * 14, 9)
  })

  test('a hidden stock-out, a lost robot and an urgent order: all required orders are done within the budget', async () => {
    const outcome = await system().planAndExecute({ tasks: orders, constraints: { budget: 70 }, world: badDay })
    console.log(
      JSON.stringify(
        outcome.trace.results.map((r) => [
          r.step.name,
          r.step.args.join('/'),
          r.step.agent,
          r.start,
          r.end,
          r.status,
          r.cost,
          r.message,
        ]),
      ),
      outcome.trace.replans.map((r) => [
        r.time,
        r.strategy,
        r.triggers.map((t) => `${t.trigger}: ${t.evidence}`),
        r.distance,
      ]),
      outcome.status,
      outcome.reason,
      outcome.cost,
      outcome.time,
    )
    expect(outcome.status).toBe('done')
    expect(outcome.check.violations).toEqual([])
    expect(outcome.cost).toBeLessThanOrEqual(70)
    expect(outcome.done).toContain('U1')
  })
})
