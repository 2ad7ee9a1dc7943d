import { describe, expect, test } from 'vitest'
import { ROCK_SAMPLE_7_8, RockSample } from '../../../models/pomdp/rock-sample.ts'
import { RockSampleKnowledge } from '../../../models/pomdp/rock-sample-knowledge.ts'
import { pomcp } from '../../../solvers/pomdp/online/pomcp.ts'

const [NORTH, SOUTH, EAST, SAMPLE, CHECK] = [0, 1, 2, 4, 5]
const [NONE, GOOD, BAD] = [0, 1, 2]

describe('what a rover knows', () => {
  const rocks = new RockSample(ROCK_SAMPLE_7_8)
  const none = RockSampleKnowledge.of(ROCK_SAMPLE_7_8)
  const start = rocks.startState(0)

  test('at first every rock is worth a check or a step towards it', () => {
    expect([...none.preferred(start)].sort((a, b) => a - b)).toEqual([
      NORTH,
      SOUTH,
      EAST,
      ...Array.from({ length: 8 }, (_, rock) => CHECK + rock),
    ])
  })

  test('leaves when all rocks seem bad', () => {
    let knowledge = none
    for (let rock = 0; rock < 8; rock++) knowledge = knowledge.after(CHECK + rock, BAD, start)
    expect(knowledge.preferred(start)).toEqual([EAST])
    // What was known before is not changed by what came after.
    expect(none.preferred(start).length).toBeGreaterThan(1)
  })

  test('samples the rock underfoot when it seems good, once', () => {
    const shape = { side: 2, rocks: [[0, 0]] as const, start: [0, 0] as const }
    const small = new RockSample(shape)
    const here = small.startState(1)
    const seen = RockSampleKnowledge.of(shape).after(CHECK, GOOD, here)
    expect(seen.preferred(here)).toEqual([SAMPLE])
    expect(seen.after(SAMPLE, NONE, small.startState(0)).preferred(here)).toEqual([EAST])
  })

  test('stops checking what two equal answers have settled', () => {
    const twice = none.after(CHECK + 3, GOOD, start).after(CHECK + 3, GOOD, start)
    expect(twice.preferred(start)).not.toContain(CHECK + 3)
  })

  test('makes POMCP better with few simulations, and the same seed gives the same decision', () => {
    const shape = {
      side: 4,
      rocks: [
        [1, 1],
        [2, 3],
      ] as const,
      start: [0, 1] as const,
    }
    const small = new RockSample(shape)
    const particles = Int32Array.from({ length: 40 }, (_, k) => small.startState(k % 4))
    const decide = () =>
      pomcp(small, particles, {
        simulations: 300,
        exploration: 10,
        seed: 5,
        knowledge: RockSampleKnowledge.of(shape),
        preferredValue: 10,
      })
    expect(decide()).toEqual(decide())
    const plain = pomcp(small, particles, { simulations: 300, exploration: 10, seed: 5 })
    expect(decide().value).toBeGreaterThan(plain.value)
  })
})
