import { expect, test } from 'vitest'
import { scheduleProject, valueOfLimits } from '../../../models/scheduling/index.ts'
import { mandatoryTask, modeHolding, type ProjectProblem } from '../../../src/domain/project.ts'

test('what one unit more of room for a stock would buy is told', async () => {
  // Two pumps fill a tank for one; the burner empties it at 4, so one pump, and the 5 h of work after it, has to wait until then.
  const pump = (id: string) =>
    mandatoryTask(id, [{ ...modeHolding(id, 1, 0, []), produces: [{ resource: 'tank', amount: 1, when: 'end' }] }])
  const burn = {
    ...mandatoryTask('burn', [
      { ...modeHolding('burn', 1, 0, []), requires: [{ resource: 'tank', amount: 1, when: 'start' }] },
    ]),
    release: 4,
  }
  const work = (id: string) => mandatoryTask(id, [modeHolding(id, 5, 0, [])])
  const problem: ProjectProblem = {
    ...{ title: 'tank', timeUnit: 'h', costUnit: '', deadline: null, budget: null, objectives: ['makespan'] },
    resources: [{ id: 'tank', type: 'producible', capacity: 1, initial: 0, costPerUnit: 0, costPerTime: 0 }],
    tasks: [pump('left'), pump('right'), work('left work'), work('right work'), burn],
    precedence: [
      { before: 'left', after: 'left work', kind: 'finish-start', minLag: 0, maxLag: null },
      { before: 'right', after: 'right work', kind: 'finish-start', minLag: 0, maxLag: null },
    ],
  }
  const plan = await scheduleProject(problem)
  if (plan.status !== 'optimal') throw new Error(plan.status)
  expect(plan.objective).toBe(9)
  const values = await valueOfLimits(problem, plan)
  expect(values.find(({ limit }) => limit === 'room for tank')).toMatchObject({
    ...{ from: 1, to: 2, gain: 3, of: 'makespan', proved: true },
  })
})
