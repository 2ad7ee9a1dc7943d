/** `foreplan demo`: the examples that come with the package, each with the verb that shows it best. */
import { join } from 'node:path'
import { UnsupportedError } from '../../../solvers/contract/index.ts'
import { suggestName } from '../../io/document/index.ts'
import { renderTable } from '../../report/index.ts'
import { packageRoot } from '../package-root.ts'
import type { Outcome, Session } from '../session.ts'

interface Demo {
  readonly file: string
  readonly verb: 'solve' | 'pareto' | 'assign' | 'pomdp' | 'plan'
  /** Second file, of a plan. */
  readonly problem?: string
  readonly about: string
}

export const DEMOS: Readonly<Record<string, Demo>> = {
  renovation: {
    file: 'renovation.yaml',
    verb: 'pareto',
    about: 'roof renovation: every trade-off of cost against time',
  },
  budget: { file: 'budget.yaml', verb: 'solve', about: 'marketing budget with diminishing returns and rules' },
  people: { file: 'people.yaml', verb: 'assign', about: 'eight people, eight tasks' },
  portfolio: {
    file: 'portfolio.yaml',
    verb: 'solve',
    about: 'projects over four quarters under budget and head-count',
  },
  relocation: { file: 'relocation.yaml', verb: 'pareto', about: 'data-centre move: time-cost front of 14 activities' },
  footbridge: {
    file: 'footbridge.yaml',
    verb: 'pareto',
    about: 'construction by methods: every trade-off over methods, modes and times',
  },
  'job-shop': { file: 'job-shop.yaml', verb: 'solve', about: 'seven orders on five machines, least weighted lateness' },
  rover: { file: 'rover.yaml', verb: 'solve', about: 'a sol of a rover under battery, memory and power' },
  delivery: {
    file: 'delivery-domain.hddl',
    problem: 'delivery-problem.hddl',
    verb: 'plan',
    about: 'a hierarchical plan, proved shortest',
  },
  tiger: { file: 'tiger.pomdp', verb: 'pomdp', about: 'a partially observable decision, solved exactly' },
  generator: {
    file: 'generator.yaml',
    verb: 'solve',
    about: 'fault diagnosis: test or repair, the cheapest decision tree',
  },
  embolism: { file: 'embolism.yaml', verb: 'solve', about: 'which tests before treating, thresholds over the prior' },
  corridor: { file: 'corridor.yaml', verb: 'solve', about: 'where the robot is: a belief over time' },
  'kuhn-poker': { file: 'kuhn-poker.yaml', verb: 'solve', about: 'best response to players of unknown kind' },
  'penalty-kick': { file: 'penalty-kick.yaml', verb: 'solve', about: 'a zero-sum game and its mixed strategies' },
  pallets: {
    file: 'pallets.yaml',
    verb: 'solve',
    about: 'coalitions of lift trucks: structure, Shapley, core, nucleolus',
  },
  'warehouse-wave': { file: 'warehouse-wave.yaml', verb: 'assign', about: 'six robots, six order lines' },
  'warehouse-shift': { file: 'warehouse-shift.yaml', verb: 'solve', about: 'sixteen order lines within the batteries' },
}

export async function demoVerb(name: string, session: Session): Promise<Outcome> {
  if (name === 'list') {
    const rows = Object.entries(DEMOS).map(([demo, { about, verb }]) => [demo, verb, about])
    const text = renderTable([{ header: 'demo' }, { header: 'verb' }, { header: 'what it shows' }], rows, {
      width: session.streams.width,
    })
    return { result: { status: 'listed', demos: Object.keys(DEMOS) }, text, limit: null, report: null }
  }
  const demo = Object.hasOwn(DEMOS, name) ? DEMOS[name] : undefined
  if (demo === undefined) {
    throw new UnsupportedError('demo', `there is no demo called "${name}"`, {
      hint: suggestName(name, Object.keys(DEMOS), 'demos'),
    })
  }
  const file = join(packageRoot(), 'examples', demo.file)
  session.talk(
    `foreplan ${demo.verb} examples/${demo.file}${demo.problem === undefined ? '' : ` examples/${demo.problem}`}\n`,
  )
  switch (demo.verb) {
    case 'solve':
      return (await import('./solve.ts')).solveVerb([file], {}, session)
    case 'pareto':
      return (await import('./pareto.ts')).paretoVerb(file, {}, session)
    case 'plan': {
      const problem = join(packageRoot(), 'examples', demo.problem ?? '')
      return (await import('./plan.ts')).planVerb(file, problem, { mode: 'optimal' }, session)
    }
    case 'pomdp':
      return (await import('./pomdp.ts')).pomdpVerb(file, {}, session)
    case 'assign':
      return (await import('./assign.ts')).assignVerb(file, {}, session)
  }
}
