/** The public instances with their best known values. */
import { existsSync, readFileSync } from 'node:fs'
import type { SchedulingProblem } from '../../solvers/scheduling/problem.ts'
import { readJobShop } from '../../src/io/jobshop/index.ts'
import { readConsProd, readPatterson, readProgenMax, readPsplib } from '../../src/io/psplib/index.ts'

export const BENCHMARK_FOLDER = '../shared/benchmarks/scheduling'

export interface Instance {
  readonly family: string
  readonly file: string
  /** Best known bounds; null where there are none. */
  readonly lower: number | null
  readonly upper: number | null
  readonly status: string
  readonly problem: SchedulingProblem
}

export function hasInstances(): boolean {
  return existsSync(`${BENCHMARK_FOLDER}/index.csv`)
}

/** The instances of one family, e.g. `rcpsp/j30`, in index order. */
export function* instancesOf(family: string, every = 1): Generator<Instance> {
  const rows = readFileSync(`${BENCHMARK_FOLDER}/index.csv`, 'utf8').trim().split('\n').slice(1)
  let position = 0
  for (const row of rows) {
    const cells = row.split(',')
    if (cells[0] !== family || position++ % every !== 0) continue
    yield load(family, cells[1]!, cells[2]!, cells[3]!, cells[4]!)
  }
}

function load(family: string, file: string, lower: string, upper: string, status: string): Instance {
  const text = readFileSync(`${BENCHMARK_FOLDER}/${family}/${file}`, 'utf8')
  return {
    family,
    file,
    lower: lower === '' ? null : Number(lower),
    upper: upper === '' ? null : Number(upper),
    status,
    problem: read(family, text, file),
  }
}

function read(family: string, text: string, file: string): SchedulingProblem {
  if (family === 'jobshop') return readJobShop(text, file)
  if (family.startsWith('consprod')) return readConsProd(text, file)
  if (family.startsWith('rcpsp-max')) return readProgenMax(text, file)
  if (family.startsWith('mmrcpsp')) return readPsplib(text, file)
  return readPatterson(text, file)
}
