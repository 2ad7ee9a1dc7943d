import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  collectFront,
  epsilonConstraintFront,
  nondominatedFront,
} from '../../../../solvers/linear/multi-objective/index.ts'
import { readAssignment, readBiKnapsack, readKnapsack, readVectors } from './instances.ts'

const folder = '../shared/benchmarks/scheduling/pareto'
const present = existsSync(folder)

describe.skipIf(!present)(`the known fronts of ${folder} (skipped when the folder is absent)`, () => {
  for (const name of [
    'KP_p-3_n-10_ins-1',
    'KP_p-3_n-10_ins-2',
    'KP_p-3_n-20_ins-1',
    'KP_p-4_n-10_ins-1',
    'KP_p-5_n-10_ins-1',
  ]) {
    test(`${name} (Kirlik and Sayin 2014)`, async () => {
      const problem = readKnapsack(`${folder}/mokp/${name}.dat`)
      const front = await collectFront(nondominatedFront(problem))
      expect(front.status).toBe('complete')
      const known = readVectors(`${folder}/mokp/EffSet_${name}.txt`, problem.objectives.length, -1)
      expect(front.points.map((point) => point.objectives)).toEqual(known)
    })
  }

  for (const name of ['AP_p-3_n-5_ins-1', 'AP_p-3_n-5_ins-2', 'AP_p-3_n-10_ins-1']) {
    test(`${name} (Kirlik and Sayin 2014)`, async () => {
      const front = await collectFront(nondominatedFront(readAssignment(`${folder}/moap/${name}.dat`)))
      expect(front.status).toBe('complete')
      expect(front.points.map((point) => point.objectives)).toEqual(
        readVectors(`${folder}/moap/EffSet_${name}.txt`, 3, 1),
      )
    })
  }

  test('2KP50-11: the first points of its 43, in order, and a box that holds the others', async () => {
    const known = readVectors(`${folder}/voptlib_2kp/2KP50-11.min`, 2, 1)
    const problem = readBiKnapsack(`${folder}/voptlib_2kp/2KP50-11.dat`)
    const front = await collectFront(epsilonConstraintFront(problem, { maxPoints: 6 }))
    expect(front.status).toBe('limited')
    const best = known.toReversed().slice(0, 6)
    expect(front.points.map((point) => point.objectives).toReversed()).toEqual(best)
    const [box] = front.remaining
    for (const [x, y] of known.toReversed().slice(6) as [number, number][]) {
      expect(x >= (box?.from[0] as number) && x <= (box?.to[0] as number)).toBe(true)
      expect(y >= (box?.from[1] as number) && y <= (box?.to[1] as number)).toBe(true)
    }
  })
})
