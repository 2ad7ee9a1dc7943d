/**
 * Exact fronts of the multi-objective benchmark instances: points against the published nondominated set, programs solved and CPU
 * time. Usage: tsx bench/fronts/fronts.ts [seconds an instance, default 60] [part of a name ...]
 */
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  collectFront,
  dichotomicFront,
  epsilonConstraintFront,
  type MultiObjectiveProblem,
  nondominatedFront,
} from '../../solvers/linear/multi-objective/index.ts'
import {
  readAssignment,
  readBiKnapsack,
  readKnapsack,
  readVectors,
} from '../../test/solvers/linear/multi-objective/instances.ts'

interface Instance {
  readonly name: string
  readonly problem: MultiObjectiveProblem
  readonly known: number[][]
}

function* instances(folder: string): Generator<Instance> {
  for (const [kind, read, sign] of [
    ['mokp', readKnapsack, -1],
    ['moap', readAssignment, 1],
  ] as const) {
    for (const file of readdirSync(`${folder}/${kind}`)
      .filter((name) => name.endsWith('.dat'))
      .sort()) {
      const name = file.replace('.dat', '')
      const problem = read(`${folder}/${kind}/${file}`)
      yield {
        name,
        problem,
        known: readVectors(`${folder}/${kind}/EffSet_${name}.txt`, problem.objectives.length, sign),
      }
    }
  }
  for (const name of ['2KP50-11', '2KP100-50']) {
    const problem = readBiKnapsack(`${folder}/voptlib_2kp/${name}.dat`)
    yield { name, problem, known: readVectors(`${folder}/voptlib_2kp/${name}.min`, 2, 1) }
  }
}

const folder = fileURLToPath(new URL('../../../shared/benchmarks/scheduling/pareto', import.meta.url))
const seconds = Number(process.argv[2] ?? 60)
const wanted = process.argv.slice(3)
if (!existsSync(folder)) console.log(`no instances at ${folder}`)
else {
  console.log('instance | method | status | points | known | all right | programs | CPU s')
  for (const { name, problem, known } of instances(folder)) {
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue
    const methods =
      problem.objectives.length === 2
        ? [epsilonConstraintFront, nondominatedFront, dichotomicFront]
        : [nondominatedFront]
    for (const method of methods) {
      const began = process.cpuUsage()
      const front = await collectFront(method(problem, { timeLimitMs: seconds * 1000 }))
      const used = process.cpuUsage(began)
      const set = new Set(known.map((vector) => vector.join()))
      const right = front.points.every((point) => !point.proved || set.has(point.objectives.join()))
      const cpu = ((used.user + used.system) / 1e6).toFixed(1)
      const cells = [name, method.name, front.status, front.points.length, known.length, right, front.solves, cpu]
      console.log(cells.join(' | '))
    }
  }
}
