import type { CoalitionProblem } from '../../domain/coalition.ts'
import type { MatrixGame } from '../../domain/matrix-game.ts'
import type { Checker } from './checker.ts'
import type { PlanningDocument } from './schema.ts'

export function compileMatrixGame(document: PlanningDocument, check: Checker): MatrixGame {
  check.onlySections(document, 'game', ['game'])
  check.required(document, 'game', 'game')
  const { rows, columns, payoff } = document.game ?? { rows: [], columns: [], payoff: [] }
  check.uniqueIds('game.rows', rows)
  check.uniqueIds('game.columns', columns)
  if (payoff.length !== rows.length) {
    check.add(
      'wrong-length',
      ['game', 'payoff'],
      `there are ${rows.length} rows but ${payoff.length} lists`,
      `give ${rows.length} lists`,
    )
  }
  payoff.forEach((row, index) => {
    if (row.length === columns.length) return
    const message = `there are ${columns.length} columns but this row has ${row.length} numbers`
    check.add('wrong-length', ['game', 'payoff', index], message, `give ${columns.length} numbers`)
  })
  return { title: document.title ?? 'Game', unit: document.game?.unit ?? document.unit ?? '', rows, columns, payoff }
}

/** Most players whose coalitions may be listed by name: the table has 2^n entries. */
const MOST_PLAYERS = 20

export function compileCoalition(document: PlanningDocument, check: Checker): CoalitionProblem {
  check.onlySections(document, 'coalition', ['coalition'])
  check.required(document, 'coalition', 'coalition')
  const { players, values, agents, jobs } = document.coalition ?? {}
  const common = {
    title: document.title ?? 'Coalitions',
    unit: document.coalition?.unit ?? document.unit ?? document.units?.money ?? '',
  }
  const tabled = players !== undefined || values !== undefined
  const byJobs = agents !== undefined || jobs !== undefined
  if (tabled === byJobs) {
    check.add(
      'ambiguous',
      ['coalition'],
      'worth comes from a table or from jobs, one of the two',
      'give players and values, or agents and jobs',
    )
  }
  if (byJobs) {
    if (agents === undefined || jobs === undefined) {
      check.add(
        'missing-field',
        ['coalition'],
        'agents and jobs belong together',
        `add ${agents === undefined ? 'agents' : 'jobs'}:`,
      )
    }
    check.uniqueIds(
      'coalition.agents',
      (agents ?? []).map((agent) => agent.id),
    )
    check.uniqueIds(
      'coalition.jobs',
      (jobs ?? []).map((job) => job.id),
    )
    return {
      kind: 'jobs',
      ...common,
      agents: (agents ?? []).map(({ id, cost, amounts, capabilities }) => ({
        id,
        cost: cost ?? 0,
        amounts: amounts ?? {},
        capabilities: capabilities ?? [],
      })),
      jobs: (jobs ?? []).map(({ id, reward, amounts, capabilities }) => ({
        id,
        reward,
        amounts: amounts ?? {},
        capabilities: capabilities ?? [],
      })),
    }
  }
  const ids = check.uniqueIds('coalition.players', players ?? [])
  if (ids.length === 0)
    check.add('missing-field', ['coalition'], 'a table of values needs its players', 'add players: [...]')
  const table = new Array<number>(2 ** Math.min(ids.length, MOST_PLAYERS)).fill(0)
  const seen = new Set<number>()
  for (const [name, value] of Object.entries(values ?? {})) {
    const path = ['coalition', 'values', name]
    let members = 0
    for (const part of name.split('+')) {
      const player = part.trim()
      if (check.known(path, player, ids, 'players')) members |= 1 << ids.indexOf(player)
    }
    if (seen.has(members))
      check.add('duplicate-id', path, `the coalition "${name}" stands twice`, 'keep one of them', name)
    seen.add(members)
    table[members] = value
  }
  return { kind: 'table', ...common, agents: ids.map((id) => ({ id })), values: table }
}
