import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { TemporalNetwork } from '../../solvers/temporal/index.ts'
import { PLAN_VERSION, type Plan } from '../../src/domain/plan.ts'
import { Dispatch } from '../../src/execution/dispatch.ts'

describe('simple temporal networks', () => {
  test('earliest and latest times, and the slack between', () => {
    const network = new TemporalNetwork()
    const [a, b] = [network.addPoint(), network.addPoint()]
    network.atLeast(a, b, 3)
    network.add(0, b, 10)
    expect([network.earliest(a), network.latest(a), network.earliest(b), network.latest(b)]).toEqual([0, 7, 3, 10])
    expect(network.slack(a)).toBe(7)
  })

  test('a constraint that cannot be kept is refused and changes nothing', () => {
    const network = new TemporalNetwork()
    const [a, b] = [network.addPoint(), network.addPoint()]
    network.atLeast(a, b, 5)
    expect(network.add(a, b, 4)).toBe(false)
    expect(network.latest(b)).toBe(Number.POSITIVE_INFINITY)
    expect(network.add(a, b, 5)).toBe(true)
  })

  const constraint = fc.tuple(fc.nat(4), fc.nat(4), fc.integer({ min: -6, max: 12 }))
  property.prop([fc.array(constraint, { maxLength: 14 })])(
    'times agree with the minimal network by Floyd and Warshall, and what is refused is inconsistent',
    (constraints) => {
      const network = new TemporalNetwork()
      for (let i = 0; i < 4; i++) network.addPoint()
      const kept: [number, number, number][] = [1, 2, 3, 4].map((point) => [point, 0, 0])
      for (const [first, second, weight] of constraints) {
        const consistent = floyd([...kept, [first, second, weight]]).every((row, i) => (row[i] as number) >= 0)
        expect(network.add(first, second, weight)).toBe(consistent)
        if (consistent) kept.push([first, second, weight])
      }
      const minimal = floyd(kept)
      expect(network.minimal()).toEqual(minimal)
      for (let point = 1; point < 5; point++) {
        expect(network.latest(point)).toBe(minimal[0]?.[point])
        expect(network.earliest(point)).toBeCloseTo(-(minimal[point]?.[0] as number))
      }
    },
  )
})

function floyd(constraints: readonly (readonly [number, number, number])[]): number[][] {
  const distance = Array.from({ length: 5 }, (_, i) =>
    Array.from({ length: 5 }, (_unused, j) => (i === j ? 0 : Number.POSITIVE_INFINITY)),
  )
  const at = (i: number, j: number): number => distance[i]?.[j] as number
  for (const [i, j, weight] of constraints) (distance[i] as number[])[j] = Math.min(at(i, j), weight)
  for (let k = 0; k < 5; k++)
    for (let i = 0; i < 5; i++)
      for (let j = 0; j < 5; j++) (distance[i] as number[])[j] = Math.min(at(i, j), at(i, k) + at(k, j))
  return distance
}

describe('dispatch', () => {
  const plan: Plan = {
    version: PLAN_VERSION,
    steps: [
      { id: 0, name: 'dig', args: [], start: 0, end: 4, resources: { crew: 2 } },
      { id: 1, name: 'pour', args: [], start: 4, end: 6, resources: { crew: 1 } },
      { id: 2, name: 'paint', args: [], start: 4, end: 9, resources: { crew: 1 } },
      { id: 3, name: 'open', args: [], start: 9, end: 10 },
    ],
    ordering: [
      [1, 3],
      [2, 3],
    ],
    links: [],
    decomposition: null,
    cost: 0,
  }

  test('units of a resource hand their order on, and what is not critical has slack', () => {
    const dispatch = new Dispatch(plan, { capacities: { crew: 2 }, deadline: 12 })
    expect(dispatch.ready().map((step) => step.name)).toEqual(['dig', 'open'].slice(0, 1))
    const timing = dispatch.timing(0)
    expect(timing).toMatchObject({ feasible: true, finish: 10, critical: [0, 2, 3] })
    expect([0, 1, 2, 3].map((id) => timing.slack.get(id))).toEqual([2, 5, 2, 2])
    expect([0, 1, 2, 3].map((id) => dispatch.slackOf(id, 0))).toEqual([2, 5, 2, 2])
  })

  test('a delay within the slack moves what follows; beyond it the deadline cannot be met', () => {
    const dispatch = new Dispatch(plan, { capacities: { crew: 2 }, deadline: 12 })
    dispatch.start(0, 0)
    dispatch.estimate(0, 6)
    expect(dispatch.timing(1)).toMatchObject({ feasible: true, finish: 12 })
    dispatch.estimate(0, 6.5)
    expect(dispatch.timing(1)).toMatchObject({ feasible: false, finish: 12.5 })
  })

  test('started and finished steps stay where they are', () => {
    const dispatch = new Dispatch(plan, { capacities: { crew: 2 } })
    dispatch.start(0, 0)
    dispatch.end(0, 3)
    dispatch.start(2, 3)
    const { times } = dispatch.timing(5)
    expect(times.get(0)).toEqual({ start: 0, end: 3 })
    expect(times.get(2)).toEqual({ start: 3, end: 8 })
    expect(times.get(1)).toEqual({ start: 5, end: 7 })
    expect(dispatch.ready().map((step) => step.name)).toEqual(['pour'])
  })
})
