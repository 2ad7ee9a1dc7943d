/** Every verb with its options. Modules behind a verb are loaded when it runs. */
import { Command, Option } from 'commander'
import { InternalError } from '../../../solvers/contract/index.ts'
import { collect, parseCount, parseNumber, parseNumbers } from '../arguments.ts'
import type { PomdpOptions } from '../pomdp-model.ts'
import type { VerbAction } from '../run-verb.ts'
import type { CommonOptions, Outcome, Session } from '../session.ts'
import type { ExecuteOptions } from './execute-run.ts'
import type { ExplainOptions } from './explain.ts'
import type { PlanOptions } from './plan.ts'

export interface VerbHost {
  /** Adds the common options. */
  readonly define: (verb: Command) => Command
  readonly run: (options: CommonOptions, action: VerbAction) => Promise<void>
}

/** Options of the verbs that read documents. */
export interface DocumentOptions extends CommonOptions {
  readonly set?: readonly string[]
  readonly deadline?: number
  readonly total?: number
  readonly objective?: string
  readonly protocol?: string
  readonly pareto?: boolean | string
  readonly gantt?: boolean
  readonly whatIf?: boolean
  /** Task to insert into the schedule of the others. */
  readonly insert?: string
  /** Calendar time of time 0 of a schedule to be printed as MS Project XML. */
  readonly mspdi?: string
  readonly sense?: 'minimize' | 'maximize'
  readonly of?: string
  readonly road?: 'joint' | 'candidates'
  readonly export?: string
}

export function addVerbs(program: Command, host: VerbHost): void {
  withWhatIfs(host.define(program.command('solve')))
    .description('solve any file: the kind is recognised')
    .argument('<files...>', 'a planning document, a model (.mps, .lp), a cost table (.csv); - reads stdin')
    .option('--pareto [objectives]', 'the whole front of cost against time instead of one plan')
    .addOption(new Option('--sense <name>', 'of a generalised assignment').choices(['minimize', 'maximize']))
    .option('--gantt', 'print the Gantt chart')
    .option('--what-if', 'also what one unit more of each capacity, stock, deadline and budget would buy')
    .addOption(
      new Option(
        '--road <name>',
        'of a hierarchy: one model of methods and schedule, or candidates one by one',
      ).choices(['joint', 'candidates']),
    )
    .addOption(
      new Option('--export <format>', 'print the mathematical model instead of solving it').choices(['lp', 'mps']),
    )
    .action((files: string[], options: DocumentOptions) =>
      host.run(options, async (session) => (await import('./solve.ts')).solveVerb(files, options, session)),
    )

  withWhatIfs(host.define(program.command('schedule')))
    .description('schedule a project: start, end and way of doing every task')
    .argument('<file>', 'a planning document with tasks, or a .sm, .mm, .rcp, .sch or job-shop file')
    .option('--gantt', 'print the Gantt chart')
    .option('--insert <task>', 'schedule the others, then say where this task fits best')
    .option('--mspdi <start>', 'print the schedule as MS Project XML, time 0 being this: 2026-03-02T08:00:00')
    .option('--what-if', 'also what one unit more of each capacity, stock, deadline and budget would buy')
    .addOption(
      new Option(
        '--road <name>',
        'of a hierarchy: one model of methods and schedule, or candidates one by one',
      ).choices(['joint', 'candidates']),
    )
    .action((file: string, options: DocumentOptions) =>
      host.run(options, async (session) => (await import('./schedule.ts')).scheduleVerb(file, options, session)),
    )

  withWhatIfs(host.define(program.command('pareto')))
    .description('the exact front of cost against time')
    .argument('<file>', 'a planning document with tasks, or with agents and capacities')
    .option('--of <measures>', 'time,cost (the default) or time,weighted-tardiness')
    .action((file: string, options: DocumentOptions) =>
      host.run(options, async (session) => (await import('./pareto.ts')).paretoVerb(file, options, session)),
    )

  withWhatIfs(host.define(program.command('assign')))
    .description('give tasks to agents, one each')
    .argument('<file>', 'a planning document, a CSV or JSON cost table, or an OR-Library assignment text')
    .addOption(new Option('--objective <name>', 'what to minimise').choices(['sum', 'bottleneck']))
    .option('--maximize', 'the numbers are gains')
    .addOption(
      new Option('--protocol <name>', 'let the agents bid instead of computing the optimum').choices([
        'contract-net',
        'contract_net',
        'bundles',
      ]),
    )
    .action((file: string, options: DocumentOptions & { maximize?: boolean }) =>
      host.run(options, async (session) => (await import('./assign.ts')).assignVerb(file, options, session)),
    )

  host
    .define(program.command('lp'))
    .description('solve a linear or mixed-integer model')
    .argument('<file>', 'an MPS or LP file, plain or gzipped')
    .option('--exact', 'prove the answer in rational arithmetic, for small models')
    .action((file: string, options: CommonOptions & { exact?: boolean }) =>
      host.run(options, async (session) => (await import('./lp.ts')).lpVerb(file, options.exact === true, session)),
    )

  host
    .define(program.command('game'))
    .description('a zero-sum game, or what coalitions are worth and how to share it')
    .argument('<file>', 'a planning document with a game or a coalition')
    .option('--set <path=value>', 'change the document first (repeatable)', collect)
    .action((file: string, options: DocumentOptions) =>
      host.run(options, async (session) => (await import('./game.ts')).gameVerb(file, options, session)),
    )

  host
    .define(program.command('coordinate'))
    .description('what agents settle among themselves: tasks, deals, auctions, coalitions, conflicts between plans')
    .argument('<file>', 'a planning document with agents')
    .option('--set <path=value>', 'change the document first (repeatable)', collect)
    .option('--protocol <name>', 'short for --set protocol=<name>')
    .action((file: string, options: DocumentOptions) =>
      host.run(options, async (session) => (await import('./coordinate.ts')).coordinateVerb(file, options, session)),
    )

  withWhatIfs(host.define(program.command('plan')))
    .description('plan for a hierarchical problem')
    .argument('<domain>', 'domain.hddl, or a planning document with actions')
    .argument('[problem]', 'problem.hddl')
    .addOption(
      new Option('--mode <name>', 'any plan quickly, better ones until the limit, or the proved optimum').choices([
        'fast',
        'anytime',
        'optimal',
      ]),
    )
    .addOption(new Option('--format <name>', 'print the plan alone in this format').choices(['ipc', 'json']))
    .addOption(
      new Option(
        '--deorder <keep>',
        'take needless orderings out; keep those of the hierarchy, or only what steps need of each other',
      ).choices(['hierarchy', 'causal']),
    )
    .option('--explain', 'why each method was chosen and the others were not')
    .option('--why-not <method>', 'what the plan would be with this method; method@task(arguments) for a certain task')
    .option('--candidates <k>', 'list the k cheapest plans instead, with the bound on those not listed', parseCount)
    .action((domain: string, problem: string | undefined, options: PlanOptions & DocumentOptions) =>
      host.run(options, async (session) => (await import('./plan.ts')).planVerb(domain, problem, options, session)),
    )

  host
    .define(program.command('verify'))
    .description('verify a plan with its decomposition, independently of the search')
    .argument('<files...>', 'domain.hddl, problem.hddl and a plan, or a planning document and a plan')
    .addHelpText(
      'after',
      '\nA plan is in the IPC 2020 format, JSON as `plan --format json` prints it, or a result of `plan --json`.',
    )
    .action((files: string[], options: CommonOptions) =>
      host.run(options, async () => (await import('./verify.ts')).verifyVerb(files)),
    )

  host
    .define(program.command('explain'))
    .description('a result in words: what led to it, what stood in the way, what binds, what else could have been')
    .argument('<files...>', 'what --json printed; for a plan perhaps its domain.hddl and problem.hddl, or its document')
    .option('--why-not <method>', 'what a plan would be with this method; method@task(arguments) for a certain task')
    .action((files: string[], options: ExplainOptions) =>
      host.run(options, async (session) => (await import('./explain.ts')).explainVerb(files, options, session)),
    )

  host
    .define(program.command('pomdp'))
    .description('value and policy of a partially observable Markov decision process')
    .argument('<file>', 'a .pomdp (Cassandra) or .pomdpx file, or a planning document with a belief')
    .option('--set <path=value>', 'change the document first (repeatable)', collect)
    .option(
      '--method <name>',
      'auto, exact, incremental-pruning, reachable, hull, sarsop, hsvi, pbvi, perseus, bpi, qmdp, fib, ...',
    )
    .option('--horizon <n>', 'number of steps (of a decision tree: its depth); left out: without end', parseCount)
    .option('--epsilon <e>', 'wanted distance of lower and upper bound', parseNumber)
    .option('--discount <d>', 'replaces the discount of the file', parseNumber)
    .option('--belief <p1,p2,...>', 'start belief', parseNumbers)
    .option('--max-nodes <n>', 'most nodes of the controller of --method bpi', parseCount)
    .option('--simulate <n>', 'try the policy in this many simulated episodes', parseCount)
    .option('--dot', 'print the policy graph, tree or controller in DOT')
    .option('--alpha <file>', 'write the value function in the pomdp-solve format')
    .option('--graph <file>', 'write the policy graph in the pomdp-solve format')
    .action((file: string, options: PomdpOptions) =>
      host.run(options, async (session) => (await import('./pomdp.ts')).pomdpVerb(file, options, session)),
    )

  host
    .define(program.command('execute'))
    .description('carry a plan out in a simulated world, or through your own executor, and replan where needed')
    .argument('<file>', 'a planning document with a world or actions, or domain.hddl')
    .argument('[problem]', 'problem.hddl')
    .option('--set <path=value>', 'change the document first (repeatable)', collect)
    .addOption(
      new Option('--strategy <name>', 'how to change the plan').choices([
        'continuation',
        'repair',
        'full',
        'opportunistic',
        'auto',
      ]),
    )
    .option('--max-replans <n>', 'most replannings', parseCount)
    .option('--journal <dir>', 'keep every decision, action and observation there before it is acted upon')
    .option('--resume', 'go on with the run whose journal is in --journal')
    .option('--executor <module>', 'your own executor: a JavaScript module that exports `executor`')
    .option('--faults <file>', 'what goes wrong in the simulated world of a planning problem: a list in YAML or JSON')
    .option(
      '--attempts <n>',
      'of a planning problem: how often a step is attempted before the plan changes',
      parseCount,
    )
    .action((file: string, problem: string | undefined, options: ExecuteOptions) =>
      host.run(options, async (session) => (await import('./execute.ts')).executeVerb(file, problem, options, session)),
    )

  host
    .define(program.command('convert'))
    .description('translate a file into another format')
    .argument('<files...>', 'one file; of a hierarchical problem its domain and its problem')
    .requiredOption('--to <format>', 'yaml, json, lp, mps, csv, ipc (plans) or hddl (HDDL and PDDL)')
    .option('--set <path=value>', 'change the document first', collect)
    .addOption(new Option('--part <name>', 'of a hierarchical problem, this file alone').choices(['domain', 'problem']))
    .action((files: string[], options: DocumentOptions & { to: string; part?: string }) =>
      host.run(options, async (session) =>
        (await import('./convert.ts')).convertVerb(files, options.to, options, session),
      ),
    )

  host
    .define(program.command('schema'))
    .description('print the JSON Schema of the planning document')
    .action((options: CommonOptions) => host.run(options, async () => (await import('./schema.ts')).schemaVerb()))

  host
    .define(program.command('demo'))
    .description('run examples that come with the package')
    .argument('[name]', 'which demo; `list` shows them (default: one of everything)')
    .action((name: string | undefined, options: CommonOptions) =>
      host.run(options, async (session) =>
        (await import('./demo.ts')).demoVerb(name, session, (args) => outcomeOf(args, session)),
      ),
    )
}

/** The outcome of a command line inside a session, whose common options stay those of the session. */
async function outcomeOf(args: readonly string[], session: Session): Promise<Outcome> {
  const outcomes: Outcome[] = []
  const program = new Command('foreplan')
  addVerbs(program, {
    define: (verb) => verb,
    run: async (_options, action) => {
      outcomes.push(await action(session))
    },
  })
  await program.parseAsync(args, { from: 'user' })
  const [outcome] = outcomes
  if (outcome === undefined) throw new InternalError(`${args.join(' ')} ran nothing`)
  return outcome
}

/** What-if changes of a document. */
function withWhatIfs(verb: Command): Command {
  return verb
    .option('--set <path=value>', 'change the document before solving, e.g. total=260 (repeatable)', collect)
    .option('--deadline <n>', 'short for --set deadline=<n>', parseNumber)
    .option('--total <n>', 'short for --set total=<n>', parseNumber)
}
