import { describe, expect, test } from 'vitest'
import { definePomdp } from '../../models/pomdp/define.ts'
import { planFromBelief } from '../../solvers/pomdp/reachable.ts'
import { solvePomdp } from '../../solvers/pomdp/solve.ts'
import type { PomdpProblem, RewardRule } from '../../src/domain/pomdp.ts'

/** Probabilities with which the second player calls a bet and bets after a check, by card. */
interface Opponent {
  readonly call: Readonly<Record<string, number>>
  readonly bet: Readonly<Record<string, number>>
}

const CARDS = ['J', 'Q', 'K']

/** Kuhn poker against a fixed opponent, whose card is the hidden state. Three steps: the deal, the turn, the answer. */
function kuhn({ call, bet }: Opponent): PomdpProblem {
  const deals = CARDS.flatMap((mine) => CARDS.filter((other) => other !== mine).map((other) => [mine, other] as const))
  const wins = (mine: string, other: string) => (CARDS.indexOf(mine) > CARDS.indexOf(other) ? 1 : -1)
  const pass: Record<string, Record<string, number>> = { over: { over: 1 } }
  const raise: Record<string, Record<string, number>> = { over: { over: 1 } }
  const see: Record<string, string> = { over: 'nothing' }
  const rewards: RewardRule[] = []
  for (const [mine, other] of deals) {
    const [deal, turn, facing] = ['deal', 'turn', 'facing'].map((stage) => `${mine}${other}-${stage}`) as [
      string,
      string,
      string,
    ]
    pass[deal] = { [turn]: 1 }
    raise[deal] = { [turn]: 1 }
    pass[turn] = { [facing]: bet[other]!, over: 1 - bet[other]! }
    raise[turn] = { over: 1 }
    pass[facing] = { over: 1 }
    raise[facing] = { over: 1 }
    see[deal] = 'nothing'
    see[turn] = `card-${mine}`
    see[facing] = 'bet'
    rewards.push(
      { action: 'pass', state: turn, next: 'over', value: wins(mine, other) },
      { action: 'bet', state: turn, value: call[other]! * 2 * wins(mine, other) + (1 - call[other]!) },
      { action: 'pass', state: facing, value: -1 },
      { action: 'bet', state: facing, value: 2 * wins(mine, other) },
    )
  }
  return {
    kind: 'pomdp',
    discount: 1,
    states: [
      ...deals.flatMap(([mine, other]) => [`${mine}${other}-deal`, `${mine}${other}-turn`, `${mine}${other}-facing`]),
      'over',
    ],
    actions: ['pass', 'bet'],
    observations: ['nothing', 'bet', ...CARDS.map((card) => `card-${card}`)],
    start: Object.fromEntries(deals.map(([mine, other]) => [`${mine}${other}-deal`, 1 / 6])),
    transitions: { pass, bet: raise },
    observe: { '*': see },
    rewards,
    terminal: ['over'],
  }
}

describe('Kuhn poker as a POMDP: the best response of the first player', () => {
  test.each<[string, Opponent, number]>([
    ['the equilibrium', { call: { J: 0, Q: 1 / 3, K: 1 }, bet: { J: 1 / 3, Q: 0, K: 1 } }, -1 / 18],
    ['a calling station', { call: { J: 1, Q: 1, K: 1 }, bet: { J: 0, Q: 0, K: 1 } }, 1 / 3],
    ['a rock', { call: { J: 0, Q: 0, K: 1 }, bet: { J: 0, Q: 0, K: 1 } }, 1 / 6],
    ['a maniac', { call: { J: 0.5, Q: 1, K: 1 }, bet: { J: 1, Q: 1, K: 1 } }, 1 / 3],
  ])('against %s', (_, opponent, value) => {
    const model = definePomdp(kuhn(opponent))
    expect(planFromBelief(model, 3).root.value).toBeCloseTo(value, 9)
    expect(solvePomdp(model, { horizon: 3 }).value).toBeCloseTo(value, 8)
  })
})
