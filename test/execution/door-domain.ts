/** A visitor, two doors, a badge and a guard: the domain of several execution tests. */
import { defineDomain } from '../../src/htn/define-domain.ts'
import type { DomainProblem } from '../../src/htn/domain-types.ts'

export const doors = defineDomain({
  state: {
    at: { kind: 'enum', values: ['street', 'lobby', 'office'] },
    badge: { kind: 'boolean' },
    reader: { kind: 'boolean' },
    fuel: { kind: 'number' },
    weather: { kind: 'enum', values: ['sun', 'rain'] },
    printed: { kind: 'number' },
  },
  actions: {
    walk: { when: [['at', '=', 'street']], effects: { at: 'lobby' }, cost: 1, duration: 2 },
    badge: {
      when: [
        ['at', '=', 'lobby'],
        ['badge', '=', true],
        ['reader', '=', true],
      ],
      effects: { at: 'office' },
      cost: 1,
      duration: 1,
    },
    guard: { when: [['at', '=', 'lobby']], effects: { at: 'office' }, cost: 4, duration: 4 },
    print: { when: [['at', '=', 'office']], effects: { printed: (state) => (state.printed as number) + 1 }, cost: 1 },
    bind: { when: [['printed', '>=', 1]], effects: { fuel: (state) => (state.fuel as number) - 1 }, cost: 1 },
  },
  tasks: {
    enter: [
      { name: 'with badge', when: [['badge', '=', true]], subtasks: [['walk'], ['badge']] },
      { name: 'with guard', subtasks: [['walk'], ['call-guard']] },
      {
        name: 'from lobby by badge',
        when: [
          ['at', '=', 'lobby'],
          ['reader', '=', true],
        ],
        subtasks: [['badge']],
      },
      { name: 'from lobby by guard', when: [['at', '=', 'lobby']], subtasks: [['call-guard']] },
      { name: 'inside', when: [['at', '=', 'office']], subtasks: [] },
    ],
    'call-guard': [{ name: 'call', subtasks: [['guard']] }],
    report: [{ name: 'print and bind', subtasks: [['print'], ['bind']] }],
  },
})

export const visit: DomainProblem = {
  state: { at: 'street', badge: true, reader: true, fuel: 5, weather: 'sun', printed: 0 },
  tasks: [['enter'], ['report']],
  goal: [['printed', '>=', 1]],
}
