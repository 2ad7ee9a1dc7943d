/**
 * One engine on one instance, in a process of its own so that its CPU time can be read and cut: prints a line
 * `CPU-SECONDS value N`, `CPU-SECONDS bound N` or `CPU-SECONDS optimal` for everything that is found, counted from the moment the
 * problem is handed over (start-up and reading are free for everybody).
 * usage: tsx bench/scheduling/peers/solve-one.ts foreplan|chuffed|highs FAMILY FILE SECONDS
 */

import { writeSync } from 'node:fs'
import { compileProject } from '../../../models/scheduling/index.ts'
import { buildTimeIndexed } from '../../../models/scheduling/time-indexed.ts'
import { findWindows } from '../../../models/scheduling/windows.ts'
import { solveLinear } from '../../../solvers/linear/index.ts'
import { type SchedulingProblem, scheduleNow } from '../../../solvers/scheduling/index.ts'
import { mandatoryTask, modeHolding, type ProjectProblem } from '../../../src/domain/project.ts'
import { reusableResource } from '../../../src/domain/resource.ts'
import { cpuLimit, cpuSeconds } from '../cpu.ts'
import { instancesOf } from '../instances.ts'
import { loadMiniZinc } from './minizinc.ts'

const [engine = '', family = '', file = '', seconds = '10'] = process.argv.slice(2)
let begin = cpuSeconds()
const say = (text: string): void => {
  writeSync(1, `${(cpuSeconds() - begin).toFixed(2)} ${text}\n`)
}

/** Length of the first list schedule: the horizon that a modeller would give. */
function horizonOf(problem: SchedulingProblem): number {
  const first = scheduleNow(problem, { warmUp: 1, conflictLimit: 1, explain: false })
  if (first.status !== 'optimal' && first.status !== 'feasible') throw new Error('no first schedule')
  return first.schedule.makespan
}

function foreplan(problem: SchedulingProblem): void {
  begin = cpuSeconds()
  const result = scheduleNow(problem, {
    signal: cpuLimit(Number(seconds)),
    onProgress: ({ kind, incumbent, bound }) => say(kind === 'incumbent' ? `value ${incumbent}` : `bound ${bound}`),
  })
  if (result.status === 'optimal') say('optimal')
}

async function chuffed(problem: SchedulingProblem): Promise<void> {
  const horizon = horizonOf(problem)
  const minizinc = await loadMiniZinc()
  say(`with minizinc ${minizinc.version}`)
  begin = cpuSeconds()
  await minizinc.solve(
    { 'model.mzn': RCPSP, 'data.json': JSON.stringify(dataOf(problem, horizon)) },
    ['--solver', 'chuffed', '-f', '-a', 'model.mzn', 'data.json'],
    (message) => {
      if (message.type === 'solution') {
        const output = message['output'] as { json?: { makespan: number }; default?: string }
        const text = output.default ?? ''
        say(`value ${output.json?.makespan ?? Number(text.match(/\d+/)?.[0])}`)
      } else if (message.type === 'status' && message['status'] === 'OPTIMAL_SOLUTION') say('optimal')
      else if (message.type === 'error') say(`error ${JSON.stringify(message)}`)
    },
  )
}

const RCPSP = `
include "cumulative.mzn";
int: horizon; int: n; int: resources; int: arcs;
array[1..n] of int: duration;
array[1..resources, 1..n] of int: demand;
array[1..resources] of int: capacity;
array[1..arcs] of int: before; array[1..arcs] of int: after;
array[1..n] of var 0..horizon: start;
var 0..horizon: makespan;
constraint forall(a in 1..arcs)(start[before[a]] + duration[before[a]] <= start[after[a]]);
constraint forall(i in 1..n)(start[i] + duration[i] <= makespan);
constraint forall(r in 1..resources)(
  let { set of int: users = {i | i in 1..n where demand[r, i] > 0 /\\ duration[i] > 0} } in
  cumulative([start[i] | i in users], [duration[i] | i in users], [demand[r, i] | i in users], capacity[r]));
solve :: int_search(start, smallest, indomain_min) minimize makespan;
output [show(makespan)];
`

function dataOf(problem: SchedulingProblem, horizon: number): unknown {
  const lags = problem.lags ?? []
  const renewables = problem.renewables ?? []
  return {
    horizon,
    n: problem.tasks.length,
    resources: renewables.length,
    arcs: lags.length,
    duration: problem.tasks.map((task) => task.modes[0]!.duration),
    demand: renewables.map((_, r) => problem.tasks.map((task) => task.modes[0]!.demands?.[r] ?? 0)),
    capacity: renewables.map((resource) => resource.capacity),
    before: lags.map((lag) => lag.before + 1),
    after: lags.map((lag) => lag.after + 1),
  }
}

async function highs(problem: SchedulingProblem): Promise<void> {
  const horizon = horizonOf(problem)
  const project = compileProject(asProject(problem))
  const windows = findWindows(project, horizon)
  if (windows === null) throw new Error('the horizon is too short')
  begin = cpuSeconds()
  const { model } = buildTimeIndexed(project, windows, horizon, { objective: 'makespan', limits: {} })
  const result = await solveLinear(model, {
    backends: ['highs'],
    onIncumbent: (incumbent) => say(`value ${Math.round(incumbent.objective)}`),
    onProgress: ({ bound }) => {
      if (bound !== undefined && Number.isFinite(bound)) say(`bound ${Math.ceil(bound - 1e-6)}`)
    },
  })
  if (result.status === 'optimal') {
    say(`value ${Math.round(result.objective)}`)
    say('optimal')
  } else say(`ended ${result.status}`)
}

function asProject(problem: SchedulingProblem): ProjectProblem {
  const renewables = problem.renewables ?? []
  return {
    title: problem.name ?? 'instance',
    timeUnit: 'unit',
    costUnit: 'unit',
    resources: renewables.map(({ id, capacity }) => reusableResource(id, capacity)),
    tasks: problem.tasks.map((task) =>
      mandatoryTask(
        task.id,
        task.modes.map((mode) =>
          modeHolding(
            'only',
            mode.duration,
            0,
            renewables.map(({ id }, r) => [id, mode.demands?.[r] ?? 0] as const),
          ),
        ),
      ),
    ),
    precedence: (problem.lags ?? []).map((lag) => ({
      before: problem.tasks[lag.before]!.id,
      after: problem.tasks[lag.after]!.id,
      kind: 'finish-start' as const,
      minLag: 0,
      maxLag: null,
    })),
    deadline: null,
    budget: null,
    objectives: ['makespan'],
  }
}

for (const instance of instancesOf(family)) {
  if (instance.file !== file) continue
  if (engine === 'foreplan') foreplan(instance.problem)
  else if (engine === 'chuffed') await chuffed(instance.problem)
  else if (engine === 'highs') await highs(instance.problem)
  else throw new Error(`there is no engine "${engine}"`)
}
process.exit(0)
