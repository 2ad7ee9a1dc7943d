import { describe, expect, test } from 'vitest'
import { checkContractNet } from '../../src/coordination/contract-net-model-check.ts'
import {
  Incident,
  initiatorStep,
  Occurrence,
  Participant,
  Phase,
  participantStep,
} from '../../src/coordination/contract-net-protocol.ts'

describe('every interleaving of the contract net, over a channel that loses, doubles, delays and reorders at will', () => {
  test.each([
    [1, 1, 23],
    [2, 1, 304],
    [2, 2, 2680],
    [3, 1, 3619],
    [3, 2, 445393],
  ])(
    'of %i participants and %i announcements ends in one award or a clean failure: %i states',
    (participants, rounds, states) => {
      const check = checkContractNet({ participants, rounds })
      expect(check).toMatchObject({ status: 'verified', states })
      if (check.status !== 'verified') return
      expect(check.endings.done).toBeGreaterThan(0)
      expect(check.endings.unallocated).toBeGreaterThan(0)
    },
  )

  test('a search that is stopped claims nothing', () => {
    expect(checkContractNet({ participants: 3, stateLimit: 100 })).toMatchObject({ status: 'unknown' })
  })
})

describe('a planted fault is found with the way to it:', () => {
  const fault = (rules: Parameters<typeof checkContractNet>[0]['rules']): string => {
    const check = checkContractNet({ participants: 2, ...(rules === undefined ? {} : { rules }) })
    if (check.status !== 'violated') return check.status
    expect(check.trace[0]).toContain('announced')
    return check.rule
  }

  test('a lease that ends while the agent works puts two to work', () => {
    expect(fault({ workEndsWithinLease: false })).toBe('whoever works holds the award in force')
  })

  test('an offer that is never released stays kept free', () => {
    const kept = (state: number, incident: number) =>
      incident === Incident.holdOver
        ? { state, reply: null, effect: null, reason: null }
        : participantStep(state, incident)
    expect(fault({ participantStep: kept })).toBe('in the end nobody keeps anything free')
  })

  test('an initiator without a lease waits for ever', () => {
    const patient = (phase: number, occurrence: number) =>
      occurrence === Occurrence.leaseOver ? { phase, act: null } : initiatorStep(phase, occurrence)
    expect(fault({ initiatorStep: patient })).toBe('where nothing can happen there is an outcome')
  })

  test('an initiator that believes any report names an agent without an award', () => {
    const naive = (phase: number, occurrence: number) =>
      phase === Phase.closed && occurrence === Occurrence.strayReport
        ? ({ phase, act: 'finish' } as const)
        : initiatorStep(phase, occurrence)
    expect(fault({ initiatorStep: naive })).toMatch(/outcome names|leads on/)
  })

  test('an agent that starts again after its release goes round in circles', () => {
    const circling = (state: number, incident: number) =>
      state === Participant.free && incident === Incident.callTaken
        ? participantStep(Participant.idle, incident)
        : participantStep(state, incident)
    expect(fault({ participantStep: circling })).toBe('every step leads on')
  })
})
