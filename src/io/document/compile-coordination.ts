/** What agents settle among themselves: allocation, negotiation, auction, game, coalition, plans in conflict. */
import { type Capability, fitness } from '../../domain/agent.ts'
import type { AllocationProblem, CostTable } from '../../domain/allocation.ts'
import type {
  CoordinationProblem,
  IssueFactor,
  StatedAuction,
  StatedConflicts,
  StatedNegotiation,
} from '../../domain/coordination.ts'
import type { Fact, StepWay } from '../../domain/joint-plan.ts'
import type { Checker } from './checker.ts'
import { allocationOf } from './compile-allocation.ts'
import { compileCoalition, compileMatrixGame } from './compile-games.ts'
import { closestName } from './names.ts'
import type { PlanningDocument } from './schema.ts'

const ALLOCATING = ['contract_net', 'optimal_assignment', 'auction', 'consensus_bundles', 'capability_match'] as const
const BARGAINING = ['monotonic_concession', 'mediation', 'alternating_offers'] as const
const SECTIONS = [
  'protocol',
  'negotiation',
  'auction',
  'game',
  'coalition',
  'plans',
  'agents',
  'tasks',
  'costs',
  'loads',
]

export function compileCoordination(document: PlanningDocument, check: Checker): CoordinationProblem {
  check.onlySections(document, 'coordination', SECTIONS)
  const only = (sections: readonly (keyof PlanningDocument)[]): PlanningDocument => {
    const kept = ['version', 'title', 'unit', 'units', ...sections]
    return Object.fromEntries(Object.entries(document).filter(([key]) => kept.includes(key))) as PlanningDocument
  }
  const { protocol, unit, title = 'Coordination' } = document
  const stated: { readonly name?: string } = typeof protocol === 'string' ? { name: protocol } : (protocol ?? {})
  const bargaining = BARGAINING.find((name) => name === stated.name)
  const sharing = document.tasks !== undefined || document.costs !== undefined
  if (protocol !== undefined && bargaining === undefined && document.negotiation === undefined && !sharing)
    check.add('misplaced-section', ['protocol'], 'there are no tasks to share out', 'add agents, tasks and costs')
  if (bargaining !== undefined && sharing) {
    const message = `"${bargaining}" shares no tasks out`
    check.add('wrong-value', ['protocol'], message, `use one of: ${ALLOCATING.join(', ')}; or say it in negotiation`)
  }
  if (stated.name !== undefined && bargaining === undefined) oneOf(ALLOCATING, stated.name, ['protocol'], check)
  const agents = (document.agents ?? []).map((agent) => (typeof agent === 'string' ? { id: agent } : agent))
  const problem: CoordinationProblem = {
    title,
    unit: unit ?? document.units?.time ?? document.units?.money ?? '',
    agents: agents.map((agent) => ({
      id: agent.id,
      type: ('type' in agent ? agent.type : undefined) ?? 'cooperative',
      reservation: ('reservation' in agent ? agent.reservation : undefined) ?? 0,
    })),
    protocol: {
      name: ALLOCATING.find((name) => name === stated.name) ?? 'contract_net',
      announcement: 'sequential',
      loss: 0,
      delay: [1, 1],
      duplication: 0,
      ...Object.fromEntries(Object.entries(stated).filter(([key]) => key !== 'name')),
    },
    allocation: sharing ? compileSharing(document, check) : null,
    negotiation: document.negotiation === undefined ? null : compileNegotiation(document, bargaining ?? null, check),
    auction: document.auction === undefined ? null : compileAuction(document, check),
    game: document.game === undefined ? null : compileMatrixGame(only(['game']), check),
    coalition: document.coalition === undefined ? null : compileCoalition(only(['coalition']), check),
    conflicts: document.plans === undefined ? null : compilePlans(document, check),
  }
  const parts = ['allocation', 'negotiation', 'auction', 'game', 'coalition', 'conflicts'] as const
  if (parts.every((part) => problem[part] === null)) {
    const hint = 'add tasks with costs, a negotiation, an auction, a game, a coalition or plans'
    check.add('missing-field', [], 'there is nothing to coordinate', hint)
  }
  return problem
}

/** With a table of costs as in an allocation; without one from the tasks' cost and duration and the agents' capabilities. */
function compileSharing(document: PlanningDocument, check: Checker): AllocationProblem {
  if (document.costs !== undefined) {
    document.agents?.forEach((agent, index) => {
      if (typeof agent === 'string') return
      agent.capabilities?.forEach((one, k) => {
        if (typeof one === 'string' || (one.proficiency === undefined && one.costMultiplier === undefined)) return
        const message = 'with a table of costs, proficiency and costMultiplier mean nothing'
        check.add('misplaced-field', ['agents', index, 'capabilities', k], message, 'take them out, or the costs')
      })
    })
    return allocationOf(document, check)
  }
  const agents = (document.agents ?? []).map((agent) => {
    const given = typeof agent === 'string' ? [] : (agent.capabilities ?? [])
    return given.map((one): Capability => {
      const { id, proficiency = 1, costMultiplier = 1 } = typeof one === 'string' ? { id: one } : one
      return { name: id, proficiency, costMultiplier }
    })
  })
  const bare = (document.tasks ?? []).map((task) => {
    if (typeof task === 'string') return { id: task, needs: [], cost: 0, duration: 0 }
    return { id: task.id, needs: task.needs ?? [], cost: task.cost ?? 0, duration: task.duration ?? 0 }
  })
  const table = (amount: (agent: readonly Capability[], task: (typeof bare)[number]) => number): CostTable =>
    agents.map((own) => bare.map((task) => (fitness(own, task.needs).lacks.length > 0 ? null : amount(own, task))))
  const tasks = document.tasks?.map((task) => {
    if (typeof task === 'string') return task
    const { cost: _cost, duration: _duration, ...rest } = task
    return rest
  })
  return allocationOf(
    {
      ...document,
      tasks,
      costs: table((own, task) => task.cost * fitness(own, task.needs).costMultiplier) as (number | null)[][],
      loads: table((own, task) => task.duration / fitness(own, task.needs).proficiency) as (number | null)[][],
    },
    check,
  )
}

function compileNegotiation(
  document: PlanningDocument,
  named: (typeof BARGAINING)[number] | null,
  check: Checker,
): StatedNegotiation {
  const section = document.negotiation as NonNullable<PlanningDocument['negotiation']>
  const issues = section.issues.map(({ id, values }) => ({ name: id, values }))
  const names = check.uniqueIds(
    'negotiation.issues',
    issues.map((issue) => issue.name),
  )
  check.uniqueIds(
    'negotiation.utilities',
    section.utilities.map(({ agent }) => agent),
  )
  const known = (document.agents ?? []).map((agent) => (typeof agent === 'string' ? agent : agent.id))
  section.where?.forEach(([left, , right], k) => {
    check.known(['negotiation', 'where', k, 0], left, names, 'issues')
    if (typeof right === 'string') check.known(['negotiation', 'where', k, 2], right, names, 'issues')
  })
  const protocol =
    section.protocol === undefined
      ? (named ?? 'monotonic_concession')
      : oneOf(BARGAINING, section.protocol, ['negotiation', 'protocol'], check)
  if (section.objective !== undefined && protocol !== 'mediation')
    check.add('misplaced-field', ['negotiation', 'objective'], 'only a mediator has an objective', 'take it out')
  if (section.rounds !== undefined && protocol !== 'alternating_offers')
    check.add('misplaced-field', ['negotiation', 'rounds'], `${protocol} has no deadline`, 'take it out')
  if (protocol === 'monotonic_concession' && section.utilities.length !== 2)
    check.add('wrong-value', ['negotiation', 'utilities'], 'monotonic concession is for two', 'use mediation')
  return {
    title: document.title ?? 'Negotiation',
    unit: document.unit ?? document.units?.money ?? '',
    parties: section.utilities.map(({ agent, reservation }, k) => {
      if (known.length > 0) check.known(['negotiation', 'utilities', k, 'agent'], agent, known, 'agents')
      const own = document.agents?.find((one) => typeof one === 'object' && one.id === agent)
      return { id: agent, reservation: reservation ?? (typeof own === 'object' ? own.reservation : undefined) ?? 0 }
    }),
    issues,
    allowed: section.where ?? [],
    utilities: section.utilities.map(({ terms }, k) =>
      terms.map(({ weight = 1, factors = [] }, n) => ({
        weight,
        factors: factors.map((one, f): IssueFactor => {
          const path = ['negotiation', 'utilities', k, 'terms', n, 'factors', f]
          const { issue, values = undefined } = typeof one === 'string' ? { issue: one } : one
          if (!check.known(path, issue, names, 'issues')) return { issue }
          const own = issues.find(({ name }) => name === issue)?.values ?? []
          if (values === undefined && own.some((value) => typeof value !== 'number'))
            check.add('wrong-type', path, `"${issue}" has values that are no numbers`, 'give values: one number each')
          if (values !== undefined && values.length !== own.length)
            check.add(
              'wrong-length',
              path,
              `${values.length} numbers for ${own.length} values`,
              'give one number a value',
            )
          return values === undefined ? { issue } : { issue, values }
        }),
      })),
    ),
    protocol,
    objective: section.objective ?? 'nash',
    rounds: section.rounds ?? 50,
  }
}

function compileAuction(document: PlanningDocument, check: Checker): StatedAuction {
  const section = document.auction as NonNullable<PlanningDocument['auction']>
  const { items, bids } = section
  const rule = section.rule ?? (items === undefined ? 'second_price' : 'combinatorial')
  const misplaced = (fields: readonly (keyof typeof section)[]): void => {
    for (const field of fields) {
      if (section[field] === undefined) continue
      check.add('misplaced-field', ['auction', field], `"${field}" means nothing in a ${rule} auction`, 'take it out')
    }
  }
  if (rule !== 'combinatorial') {
    misplaced(['items', 'side', 'cover', 'exclusive'])
    if (rule !== 'english' && rule !== 'dutch') misplaced(['start', 'step'])
    if (rule === 'english') misplaced(['reserve'])
    check.uniqueIds(
      'auction.bids',
      bids.map((bid) => bid.agent),
    )
    const prices = bids.map((bid) => bid.price)
    return {
      rule,
      bids: bids.map(({ agent, price }) => ({ bidder: agent, amount: price })),
      start: section.start ?? (rule === 'dutch' ? Math.max(...prices) : 0),
      step: section.step ?? 1,
      reserve: section.reserve ?? 0,
    }
  }
  misplaced(['start', 'step', 'reserve'])
  const known = check.uniqueIds('auction.items', items ?? [])
  if (items === undefined) check.add('missing-field', ['auction'], 'packages need their items', 'add items: [...]')
  const side = section.side ?? 'sell'
  return {
    rule,
    auction: {
      title: document.title ?? 'Auction',
      unit: document.unit ?? document.units?.money ?? '',
      items: known,
      side,
      cover: section.cover ?? (side === 'buy' ? 'exact' : 'free-disposal'),
      exclusive: section.exclusive ?? false,
      bids: bids.map(({ id, agent, items: wanted = [], price }, k) => {
        if (wanted.length === 0)
          check.add('missing-field', ['auction', 'bids', k], `the bid of "${agent}" names no items`, 'add items: [...]')
        wanted.forEach((item, n) => {
          check.known(['auction', 'bids', k, 'items', n], item, known, 'items')
        })
        return { id: id ?? `${agent}: ${wanted.join(' + ')}`, bidder: agent, items: wanted, price }
      }),
    },
  }
}

function compilePlans(document: PlanningDocument, check: Checker): StatedConflicts {
  const section = document.plans as NonNullable<PlanningDocument['plans']>
  const ids = check.uniqueIds(
    'plans.steps',
    section.steps.map((step) => step.id),
  )
  const agents = [...new Set(section.steps.map((step) => step.agent))]
  const resources = Object.keys(section.capacities ?? {})
  const pairs = (list: readonly (readonly [string, string | number | boolean])[] | undefined): Fact[] =>
    (list ?? []).map(([variable, value]) => ({ variable, value }))
  section.after?.forEach((pair, k) => {
    pair.forEach((id, side) => {
      check.known(['plans', 'after', k, side], id, ids, 'steps')
    })
  })
  check.acyclic('plans.after', section.after ?? [])
  section.priorities?.forEach((agent, k) => {
    check.known(['plans', 'priorities', k], agent, agents, 'agents')
  })
  if (section.priorities !== undefined && section.resolve !== 'priority')
    check.add('misplaced-field', ['plans', 'priorities'], 'nothing goes by priority', 'set resolve: priority')
  const compiled = (
    id: string,
    path: readonly (string | number)[],
    way: Omit<(typeof section.steps)[number], 'id' | 'agent'>,
  ): StepWay => {
    for (const resource of Object.keys(way.uses ?? {}))
      check.known([...path, 'uses', resource], resource, resources, 'capacities')
    return {
      id,
      duration: way.duration ?? 1,
      cost: way.cost ?? 0,
      uses: way.uses ?? {},
      needs: pairs(way.needs),
      keeps: pairs(way.keeps),
      sets: pairs(way.sets),
    }
  }
  return {
    plan: {
      title: document.title ?? 'Plans',
      timeUnit: document.units?.time ?? document.unit ?? '',
      capacities: section.capacities ?? {},
      initial: pairs(section.initial),
      goals: section.goals ?? [],
      after: section.after ?? [],
      steps: section.steps.map(({ id, agent, start = 0, deadline = null, weight = 1, instead = [], ...way }, k) => {
        const path = ['plans', 'steps', k]
        const others = instead.map((one, n) => compiled(one.id, [...path, 'instead', n], { ...way, ...one }))
        return { id, agent, start, deadline, weight, ways: [compiled('as planned', path, way), ...others] }
      }),
    },
    by: section.resolve ?? 'least_delay',
    priorities: section.priorities ?? [],
  }
}

function oneOf<Name extends string>(
  names: readonly Name[],
  given: string,
  path: readonly string[],
  check: Checker,
): Name {
  const found = names.find((name) => name === given)
  if (found !== undefined) return found
  const closest = closestName(given, names)
  const hint =
    closest === null ? `use one of: ${names.join(', ')}` : `did you mean "${closest}"? It may be: ${names.join(', ')}`
  check.add('wrong-value', path, `there is no protocol "${given}" here`, hint, given)
  return names[0] as Name
}
