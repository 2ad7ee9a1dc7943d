import { describe, expect, test } from 'vitest'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { type GameNode, solveExtensiveGame, solveMatrixGame } from '../../../solvers/game/index.ts'

const end = (payoff: number): GameNode => ({ kind: 'end', payoff })

/** Three cards, ante 1, one bet of 1. */
function kuhn(): GameNode {
  const branches: { probability: number; to: GameNode }[] = []
  for (let mine = 0; mine < 3; mine++) {
    for (let theirs = 0; theirs < 3; theirs++) {
      if (mine === theirs) continue
      const show = (stake: number): GameNode => end(mine > theirs ? stake : -stake)
      const answer = (player: 0 | 1, history: string, fold: number): GameNode => ({
        kind: 'choice',
        player,
        information: `${player === 0 ? mine : theirs} ${history}`,
        actions: [
          { name: 'fold', to: end(fold) },
          { name: 'call', to: show(2) },
        ],
      })
      const checked: GameNode = {
        kind: 'choice',
        player: 1,
        information: `${theirs} after a check`,
        actions: [
          { name: 'check', to: show(1) },
          { name: 'bet', to: answer(0, 'after check and bet', -1) },
        ],
      }
      const to: GameNode = {
        kind: 'choice',
        player: 0,
        information: `${mine}`,
        actions: [
          { name: 'check', to: checked },
          { name: 'bet', to: answer(1, 'after a bet', 1) },
        ],
      }
      branches.push({ probability: 1 / 6, to })
    }
  }
  return { kind: 'chance', branches }
}

describe('a game tree', () => {
  test('of Kuhn poker is worth -1/18, proved by both best responses', async () => {
    const result = await solveExtensiveGame(kuhn())
    expect(result.status).toBe('optimal')
    if (result.status !== 'optimal') return
    expect(result.value).toBeCloseTo(-1 / 18, 10)
    expect(result.certificate.gap).toBeLessThanOrEqual(1e-9)
    // The king answers a bet with a call, the jack with a fold; player 1 bluffs with the jack once in three.
    expect(result.strategies[1].get('2 after a bet')?.get('call')).toBeCloseTo(1, 9)
    expect(result.strategies[1].get('0 after a bet')?.get('fold')).toBeCloseTo(1, 9)
    expect(result.strategies[1].get('0 after a check')?.get('bet')).toBeCloseTo(1 / 3, 9)
  })

  test('of one simultaneous move is worth what its matrix is', async () => {
    const payoff = [
      [58.3, 94.97],
      [92.91, 69.92],
    ]
    const tree: GameNode = {
      kind: 'choice',
      player: 0,
      information: 'kicker',
      actions: payoff.map((line, i) => ({
        name: `${i}`,
        to: {
          kind: 'choice',
          player: 1,
          information: 'keeper',
          actions: line.map((value, j) => ({ name: `${j}`, to: end(value) })),
        },
      })),
    }
    const result = await solveExtensiveGame(tree)
    const matrix = await solveMatrixGame(payoff)
    expect(matrix.value).toBeCloseTo(79.573025, 6)
    expect(result.status === 'optimal' && result.value).toBeCloseTo(matrix.value, 9)
  })

  test('in which a player forgets its own move, or chance does not sum to 1, is refused', async () => {
    const second = (payoff: number): GameNode => ({
      kind: 'choice',
      player: 0,
      information: 'later',
      actions: [{ name: 'go', to: end(payoff) }],
    })
    const forgetful: GameNode = {
      kind: 'choice',
      player: 0,
      information: 'first',
      actions: [
        { name: 'a', to: second(1) },
        { name: 'b', to: second(2) },
      ],
    }
    await expect(solveExtensiveGame(forgetful)).rejects.toThrow(/different own actions/)
    const lottery: GameNode = { kind: 'chance', branches: [{ probability: 0.5, to: end(1) }] }
    await expect(solveExtensiveGame(lottery)).rejects.toThrow(InvalidInputError)
  })
})
