/** The examples that come with the package, each as the commands that show it best. */

export type DemoVerb = 'solve' | 'pareto' | 'assign' | 'pomdp' | 'plan' | 'execute' | 'coordinate'

export interface DemoStep {
  readonly verb: DemoVerb
  /** Files of `examples/`. */
  readonly files: readonly string[]
  /** File of `examples/` for `--faults`. */
  readonly faults?: string
  /** Options as they are written on the command line. */
  readonly options?: readonly string[]
}

export interface Demo {
  readonly about: string
  readonly steps: readonly DemoStep[]
}

function one(about: string, verb: DemoVerb, ...files: string[]): Demo {
  return { about, steps: [{ verb, files }] }
}

/** Shown when no name is given: one of everything. */
export const DEFAULT_DEMO = 'tour'

export const DEMOS: Readonly<Record<string, Demo>> = {
  tour: {
    about: 'a project with its front, a team, a hidden fault, and a day that goes wrong',
    steps: [
      { verb: 'pareto', files: ['renovation.yaml'] },
      { verb: 'solve', files: ['renovation.yaml'], options: ['--deadline', '27', '--gantt'] },
      { verb: 'assign', files: ['warehouse-wave.yaml'] },
      { verb: 'pomdp', files: ['tiger.pomdp'] },
      { verb: 'solve', files: ['generator.yaml'] },
      { verb: 'execute', files: ['warehouse-day.yaml'] },
    ],
  },
  warehouse: {
    about: 'robots in a warehouse: a wave, a shift, an aisle for one, coalitions, a day that goes wrong',
    steps: [
      { verb: 'assign', files: ['warehouse-wave.yaml'] },
      { verb: 'assign', files: ['warehouse-wave.yaml'], options: ['--protocol', 'contract-net'] },
      { verb: 'solve', files: ['warehouse-shift.yaml'] },
      { verb: 'coordinate', files: ['warehouse-fleet.yaml'] },
      { verb: 'solve', files: ['pallets.yaml'] },
      { verb: 'execute', files: ['warehouse-day.yaml'] },
    ],
  },
  resources: {
    about: 'money, crews and time: a budget, a portfolio, a schedule with its front, a rover under four limits',
    steps: [
      { verb: 'solve', files: ['budget.yaml'] },
      { verb: 'solve', files: ['portfolio.yaml'] },
      { verb: 'pareto', files: ['relocation.yaml'] },
      { verb: 'solve', files: ['renovation.yaml'], options: ['--deadline', '24'] },
      { verb: 'solve', files: ['rover.yaml'] },
    ],
  },
  agents: {
    about: 'agents that settle things among themselves: a fleet, freight lanes by auction, a supply contract',
    steps: [
      { verb: 'coordinate', files: ['warehouse-fleet.yaml'] },
      { verb: 'coordinate', files: ['freight-auction.yaml'] },
      { verb: 'coordinate', files: ['winter-jacket.yaml'] },
      { verb: 'assign', files: ['people.yaml'], options: ['--protocol', 'contract-net'] },
    ],
  },
  replanning: {
    about: 'plans that meet the world: a robot on unknown ground, a dispatch centre, an execution desk',
    steps: [
      { verb: 'execute', files: ['robot.yaml'], options: ['--strategy', 'full'] },
      { verb: 'execute', files: ['robot.yaml'], options: ['--strategy', 'repair'] },
      { verb: 'execute', files: ['emergency.yaml'] },
      { verb: 'execute', files: ['trading.yaml'] },
      { verb: 'execute', files: ['renovation-delays.yaml'] },
    ],
  },
  hidden: {
    about: 'what is not seen: fault diagnosis, tests before treating, where the robot is, who the other player is',
    steps: [
      { verb: 'solve', files: ['generator.yaml'] },
      { verb: 'solve', files: ['embolism.yaml'] },
      { verb: 'solve', files: ['corridor.yaml'] },
      { verb: 'solve', files: ['kuhn-poker.yaml'] },
      { verb: 'pomdp', files: ['tiger.pomdp'] },
    ],
  },
  together: {
    about: 'the parts combined: agents and resources, resources and replanning, beliefs and agents, all of it',
    steps: [
      { verb: 'solve', files: ['shared-charger.yaml'] },
      { verb: 'execute', files: ['last-fuel.yaml'] },
      { verb: 'solve', files: ['two-eyes.yaml'] },
      { verb: 'execute', files: ['warehouse-day.yaml'] },
    ],
  },
  renovation: one('roof renovation: every trade-off of cost against time', 'pareto', 'renovation.yaml'),
  budget: one('marketing budget with diminishing returns and rules', 'solve', 'budget.yaml'),
  people: one('eight people, eight tasks', 'assign', 'people.yaml'),
  portfolio: one('projects over four quarters under budget and head-count', 'solve', 'portfolio.yaml'),
  relocation: one('data-centre move: time-cost front of 14 activities', 'pareto', 'relocation.yaml'),
  footbridge: one(
    'construction by methods: every trade-off over methods, modes and times',
    'pareto',
    'footbridge.yaml',
  ),
  'job-shop': one('seven orders on five machines, least weighted lateness', 'solve', 'job-shop.yaml'),
  rover: one('a sol of a rover under battery, memory and power', 'solve', 'rover.yaml'),
  delivery: {
    about: 'a hierarchical plan, proved shortest, and carried out although things go wrong',
    steps: [
      { verb: 'plan', files: ['delivery-domain.hddl', 'delivery-problem.hddl'], options: ['--mode', 'optimal'] },
      { verb: 'execute', files: ['delivery-domain.hddl', 'delivery-problem.hddl'], faults: 'delivery-faults.json' },
    ],
  },
  treatment: one(
    'causes and effects: every path to recovery, and the plan that acts on what can be set',
    'solve',
    'treatment.yaml',
  ),
  travel: one('a trip planned by methods, from a document', 'plan', 'travel.yaml'),
  tiger: one('a partially observable decision, solved exactly', 'pomdp', 'tiger.pomdp'),
  generator: one('fault diagnosis: test or repair, the cheapest decision tree', 'solve', 'generator.yaml'),
  embolism: one('which tests before treating, thresholds over the prior', 'solve', 'embolism.yaml'),
  corridor: one('where the robot is: a belief over time', 'solve', 'corridor.yaml'),
  'kuhn-poker': one('best response to players of unknown kind', 'solve', 'kuhn-poker.yaml'),
  'penalty-kick': one('a zero-sum game and its mixed strategies', 'solve', 'penalty-kick.yaml'),
  pallets: one('coalitions of lift trucks: structure, Shapley, core, nucleolus', 'solve', 'pallets.yaml'),
  'warehouse-wave': one('six robots, six order lines', 'assign', 'warehouse-wave.yaml'),
  'warehouse-shift': one('sixteen order lines within the batteries', 'solve', 'warehouse-shift.yaml'),
  'warehouse-day': one('a day that goes wrong, planned, lived and replanned', 'execute', 'warehouse-day.yaml'),
  robot: one('a robot on unknown ground', 'execute', 'robot.yaml'),
  emergency: one('a dispatch centre, re-assigning at every call', 'execute', 'emergency.yaml'),
  trading: one('an execution desk that replans when it pays', 'execute', 'trading.yaml'),
  dock: one('find out where you are, then dock', 'solve', 'dock.yaml'),
  'find-cell': one('be nine tenths certain to stand at a cell', 'solve', 'find-cell.yaml'),
  'paint-shop': one('shifts, pauses and set-ups over two days', 'solve', 'paint-shop.yaml'),
  'tiger-document': one('the tiger as a document', 'pomdp', 'tiger.yaml'),
  'shared-charger': one('three robots, one charger', 'solve', 'shared-charger.yaml'),
  'last-fuel': one('fuel for one attempt, and a bridge that may be shut', 'execute', 'last-fuel.yaml'),
  'two-eyes': one('what two agents have seen, fused', 'solve', 'two-eyes.yaml'),
}
