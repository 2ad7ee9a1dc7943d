import { expect, test } from 'vitest'
import { type BasePlanner, BeliefState, beliefAgent, PomdpPlanner } from '../../src/belief/index.ts'
import { coordinationTask } from '../../src/domain/agent.ts'

const doors: BasePlanner<string> = {
  plan: (state) => state,
  costIn: (plan, state) => (plan === state ? 2 : 9),
  nameOf: (plan) => plan,
}

test('a planner under partial observability serves as the planner of an agent', async () => {
  const planner = new PomdpPlanner(doors, [])
  const belief = BeliefState.uniform(['left', 'right'])
  const agent = beliefAgent({
    planFor: async (task) => (task.id === 'unknown' ? null : planner.plan(belief, { failureCost: 100 })),
  })
  const means = { agent: 'Ann', capabilities: [], resources: {} }
  const tasks = ['first', 'second'].map((id) => coordinationTask({ id, duration: 3 }))
  const found = await agent.plan(tasks, means)
  expect(found).toMatchObject({ status: 'planned', optimal: true, plan: { cost: 11, makespan: 6 } })
  expect(await agent.plan([coordinationTask({ id: 'unknown' })], means)).toMatchObject({ status: 'none' })
  expect(await agent.plan([coordinationTask({ id: 'late', duration: 3, deadline: 2 })], means)).toMatchObject({
    status: 'none',
  })
})
