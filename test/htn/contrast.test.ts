import { describe, expect, it } from 'vitest'
import { verifyHtnPlan } from '../../src/check/htn-plan.ts'
import { whyNotMethod } from '../../src/htn/contrast.ts'
import { planHtn } from '../../src/htn/plan.ts'
import { readHddl } from '../../src/io/hddl/read.ts'
import { COURIER_DOMAIN, COURIER_PROBLEM } from './instances/depot.ts'

describe('"why not this method?" for an HDDL problem', () => {
  const problem = readHddl(COURIER_DOMAIN, COURIER_PROBLEM)
  const found = planHtn(problem, { mode: 'optimal' })
  if (!('plan' in found)) throw new Error(found.status)
  const { plan } = found
  const van = plan.decomposition?.nodes.find((node) => node.method === 'travel')

  it('is answered by the cheapest plan that uses it there, which is a plan of the problem', () => {
    const contrast = whyNotMethod(problem, plan, { method: 'refuel-first', task: 'go(van, a)' }, { mode: 'optimal' })
    if (contrast.status !== 'possible') throw new Error(contrast.text)
    expect(verifyHtnPlan(problem, contrast.plan).valid).toBe(true)
    expect(contrast.cost).toBeGreaterThanOrEqual(plan.cost)
    expect(contrast.text).toContain(`with refuel-first for go(van, a) the plan would cost ${contrast.cost}`)
  })

  it('is answered by the condition that fails where the method cannot be used', () => {
    const contrast = whyNotMethod(problem, plan, { method: 'already-there' })
    expect(contrast).toMatchObject({ status: 'impossible', reason: 'at(p1, b) does not hold' })
  })

  it('is refused for methods and tasks that are not there', () => {
    expect(() => whyNotMethod(problem, plan, { method: 'beam' })).toThrow(/there is no method 'beam'/)
    expect(() => whyNotMethod(problem, plan, { method: 'travel', task: 'go(van, moon)' })).toThrow(/ask about go\(/)
    expect(van).toBeDefined()
  })
})
