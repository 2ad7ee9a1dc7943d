import type { ExecutionProblem } from '../../domain/execution-problem.ts'
import { type Cell, cellCost, type GridProblem } from '../../domain/grid.ts'
import type { MarketProblem } from '../../domain/market.ts'
import type { ResponseProblem } from '../../domain/response.ts'
import type { Checker } from './checker.ts'
import { compileProject, refuseDeliveries } from './compile-project.ts'
import type { PlanningDocument } from './schema.ts'

type World = NonNullable<PlanningDocument['world']>

export function compileExecution(document: PlanningDocument, check: Checker): ExecutionProblem | null {
  if (document.world?.delays === undefined) check.onlySections(document, 'execution', ['world', 'execution'])
  if (!check.required(document, 'execution', 'world')) return null
  const world = document.world as World
  const settings = document.execution ?? {}
  const kinds = (['grid', 'town', 'market', 'delays'] as const).filter((kind) => world[kind] !== undefined)
  if (kinds.length !== 1) {
    const message = kinds.length === 0 ? 'the world is empty' : `the world is a ${kinds.join(' and a ')} at once`
    check.add('ambiguous', ['world'], message, 'give one of grid, town, market and delays')
    return null
  }
  const { lateness } = settings
  if (lateness !== undefined && world.delays === undefined)
    check.add(
      'unsupported',
      ['execution', 'lateness'],
      'the chance of missing a deadline is watched in projects only',
      'take it out, or give world.delays (it may be empty) beside a project',
    )
  const title = document.title ?? 'Execution'
  if (world.grid !== undefined)
    return { title, settings, world: { kind: 'grid', problem: compileGrid(title, world.grid, check) } }
  if (world.town !== undefined)
    return { title, settings, world: { kind: 'town', problem: compileTown(title, world.town, check) } }
  if (world.delays !== undefined) return { title, settings, world: compileDelays(document, world.delays, check) }
  const unit = document.unit ?? document.units?.money ?? ''
  const market = world.market as NonNullable<World['market']>
  return { title, settings, world: { kind: 'market', problem: compileMarket(title, unit, market, check) } }
}

/** The project of the same document, with the tasks that will take longer. */
function compileDelays(
  document: PlanningDocument,
  delays: NonNullable<World['delays']>,
  check: Checker,
): ExecutionProblem['world'] {
  const { world: _world, execution: _execution, kind: _kind, ...rest } = document
  refuseDeliveries(document, 'a project that is carried out', check)
  const problem = compileProject(rest, check)
  const tasks = problem.tasks.map((task) => task.id)
  delays.forEach(({ task }, index) => {
    const path = ['world', 'delays', index, 'task']
    check.known(path, task, tasks, 'tasks')
    if (delays.findIndex((delay) => delay.task === task) < index)
      check.add('duplicate-id', path, `"${task}" is delayed already`, 'add its delays up', task)
  })
  document.execution?.lateness?.delays.forEach(({ task, by }, index, list) => {
    const path = ['execution', 'lateness', 'delays', index]
    check.known([...path, 'task'], task, tasks, 'tasks')
    if (list.findIndex((delay) => delay.task === task) < index)
      check.add('duplicate-id', [...path, 'task'], `"${task}" is here already`, 'give one distribution a task', task)
    if ('low' in by) {
      if (by.low <= by.likely && by.likely <= by.high) return
      check.add('out-of-range', [...path, 'by'], 'low, likely and high are not in order', 'give low <= likely <= high')
      return
    }
    const sum = by.reduce((total, { chance }) => total + chance, 0)
    if (Math.abs(sum - 1) > 1e-9)
      check.add('out-of-range', [...path, 'by'], `the chances sum to ${sum}`, 'give chances that sum to 1')
  })
  const refuse = (what: string, path: (string | number)[]): void =>
    check.add('unsupported', path, `${what} cannot be carried out yet`, 'take it out, or schedule without a world')
  problem.precedence.forEach(({ kind, minLag, maxLag }, index) => {
    if (kind !== 'finish-start' || minLag !== 0 || maxLag !== null) refuse('an order with a lag', ['precedence', index])
  })
  problem.resources.forEach((resource, index) => {
    if (resource.type !== 'reusable') refuse('a stock', ['resources', index])
    // Replanning counts time from the present and knows capacities alone.
    if ((resource.closures ?? []).length > 0) refuse('a resource that is away at times', ['resources', index])
    if ((resource.setups ?? []).length > 0) refuse('a resource with set-up times', ['resources', index])
  })
  if ((problem.choices ?? []).length > 0) refuse('a condition on what is chosen', ['constraints'])
  problem.tasks.forEach((task, index) => {
    if (task.optional) refuse('an optional task', ['tasks', index])
    if (task.pausable === true) refuse('a task that pauses', ['tasks', index])
    task.modes.forEach((mode, m) => {
      if (mode.window !== undefined) refuse('a window for a start', ['tasks', index, 'modes', m])
    })
  })
  return { kind: 'project', problem, delays }
}

function compileGrid(title: string, grid: NonNullable<World['grid']>, check: Checker): GridProblem {
  const { rows, start, goal, hidden = [] } = grid
  const width = rows[0]?.length ?? 0
  rows.forEach((row, index) => {
    const path = ['world', 'grid', 'rows', index]
    if (row.length !== width)
      check.add(
        'wrong-length',
        path,
        `this row has ${row.length} cells, the first one ${width}`,
        'make rows equally long',
      )
    const odd = /[^0-9#]/.exec(row)
    if (odd !== null)
      check.add(
        'invalid-value',
        path,
        `"${odd[0]}" at ${odd.index} is no terrain`,
        'write digits (cost to enter) and # (wall)',
      )
  })
  const inside = (cell: Cell, path: (string | number)[]): void => {
    if (cellCost(rows, cell) !== null) return
    const what = rows[cell[1]]?.[cell[0]] === undefined ? 'is outside the grid' : 'is a wall'
    check.add(
      'out-of-range',
      ['world', 'grid', ...path],
      `(${cell}) ${what}`,
      'give [x, y] of a cell that can be entered',
    )
  }
  inside(start, ['start'])
  inside(goal, ['goal'])
  hidden.forEach((cell, index) => {
    inside(cell, ['hidden', index])
  })
  return { title, rows, start, goal, hidden }
}

function compileTown(title: string, town: NonNullable<World['town']>, check: Checker): ResponseProblem {
  check.uniqueIds(
    'world.town.units',
    town.units.map((unit) => unit.id),
  )
  const calls = check.uniqueIds(
    'world.town.incidents',
    town.incidents.map((incident) => incident.id),
  )
  const substitutes = town.substitutes ?? {}
  const owned = town.units.map((unit) => unit.type)
  const types = [...new Set([...owned, ...Object.keys(substitutes)])]
  for (const [type, others] of Object.entries(substitutes))
    others.forEach((other, place) => {
      check.known(['world', 'town', 'substitutes', type, place], other, types, 'types')
    })
  town.incidents.forEach((incident, index) => {
    incident.needs.forEach((type, place) => {
      check.known(['world', 'town', 'incidents', index, 'needs', place], type, types, 'types')
    })
  })
  town.withdrawals?.forEach(({ incident, at }, index) => {
    const path = ['world', 'town', 'withdrawals', index]
    check.known([...path, 'incident'], incident, calls, 'incidents')
    const call = town.incidents.find(({ id }) => id === incident)
    if (call !== undefined && at < call.at)
      check.add('out-of-range', [...path, 'at'], `"${incident}" is only called at ${call.at}`, 'withdraw it later')
  })
  return {
    title,
    units: town.units,
    incidents: town.incidents.map((incident) => ({ ...incident, name: incident.name ?? incident.id })),
    substitutes,
    unassignedPenalty: town.unassignedPenalty ?? 120,
    withdrawals: town.withdrawals ?? [],
    target: town.target ?? 30,
  }
}

function compileMarket(
  title: string,
  unit: string,
  market: NonNullable<World['market']>,
  check: Checker,
): MarketProblem {
  check.uniqueIds('world.market.bins', market.bins)
  check.uniqueIds(
    'world.market.orders',
    market.orders.map((order) => order.symbol),
  )
  market.orders.forEach((order, index) => {
    for (const field of ['volume', 'forecast', 'actual'] as const) {
      if (order[field].length === market.bins.length) continue
      const message = `there are ${market.bins.length} bins but ${order[field].length} numbers`
      check.add(
        'wrong-length',
        ['world', 'market', 'orders', index, field],
        message,
        `give ${market.bins.length} numbers`,
      )
    }
  })
  return {
    title,
    unit,
    bins: market.bins,
    lot: market.lot ?? 1,
    orders: market.orders.map((order) => ({ ...order, halfSpreadBps: order.halfSpreadBps ?? 0 })),
    participation: market.participation,
    cash: market.cash,
    replanCost: market.replanCost ?? 0,
    opportunityBps: market.opportunityBps,
    reversion: market.reversion ?? 0.6,
  }
}
