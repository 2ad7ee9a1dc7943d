import { expect, test } from 'vitest'
import { allocationFront, collectFront, costTimeFront } from '../../../models/pareto/index.ts'
import { example } from '../documents.ts'

const fifty =
  '58,653 59,643 60,637 61,627 62,621 63,615 64,605 65,600 66,594 67,584 68,579 69,574 70,568 71,558 73,552 74,543 ' +
  '75,540 76,535 77,533 78,525 79,520 80,518 81,511 82,508 83,503 85,494 87,491 88,486 89,483 90,480 91,478 92,475 ' +
  '93,471 94,469 95,467 96,463 97,460 99,455 100,452 101,451 102,448 103,444 104,443 105,440 106,437 107,435 109,429 ' +
  '110,428 113,420 118,413'

function text(points: readonly { makespan: number; cost: number }[]): string {
  return [...points]
    .reverse()
    .map(({ makespan, cost }) => `${makespan},${cost}`)
    .join(' ')
}

test('renovating a roof has six points, all proved', async () => {
  const front = await collectFront(costTimeFront(example('project', 'renovation')))
  expect(front.status).toBe('complete')
  expect(text(front.points)).toBe('25,81 26,79 27,77 28,76 29,75 30,74')
  expect(front.points.every(({ proved }) => proved)).toBe(true)
  expect(front.knee).toBe(3)
})

test('relocating a data centre has fifty points, all proved', async () => {
  const front = await collectFront(costTimeFront(example('project', 'relocation')))
  expect(front.status).toBe('complete')
  expect(text(front.points)).toBe(fifty)
  expect(front.points.every(({ proved }) => proved)).toBe(true)
})

test('a warehouse shift has five points of total against longest', async () => {
  const front = await collectFront(allocationFront(example('allocation', 'warehouse-shift')))
  expect(front.status).toBe('complete')
  expect(text(front.points)).toBe('140,802 144,796 150,794 172,790 174,784')
})

test('points come in order of increasing cost, each with its schedule', async () => {
  let previous = Number.NEGATIVE_INFINITY
  for await (const { cost, makespan, schedule } of costTimeFront(example('project', 'renovation'))) {
    expect(cost).toBeGreaterThan(previous)
    expect(schedule.makespan).toBe(makespan)
    expect(schedule.cost).toBe(cost)
    previous = cost
  }
})

test('a project that cannot be done has no front but a conflict', async () => {
  const front = await collectFront(costTimeFront({ ...example('project', 'renovation'), deadline: 24 }))
  expect(front.status).toBe('infeasible')
  expect(front.points).toEqual([])
  expect(front.conflict?.constraints.map(({ name }) => name)).toContain('deadline')
})

test('a time limit of nothing leaves a partial front with its gap named', async () => {
  const front = await collectFront(costTimeFront(example('project', 'renovation'), { timeLimitMs: 0 }))
  expect(front.status).toBe('partial')
  expect(front.gaps).toHaveLength(1)
})
