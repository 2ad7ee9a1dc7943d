/**
 * OR-Library generalised assignment files (http://people.brunel.ac.uk/~mastjjb/jeb/orlib/gapinfo.html): the number of problems;
 * for each, agents m and jobs n, then m * n profits (or costs), m * n resources used, and the m capacities, row by row.
 */
import { NumberReader } from './tokens.ts'

export interface OrlibGeneralisedAssignment {
  readonly agents: number
  readonly jobs: number
  /** values[agent][job], profit in gap1 to gap12, cost in gapa to gapd. */
  readonly values: readonly (readonly number[])[]
  /** resources[agent][job] */
  readonly resources: readonly (readonly number[])[]
  readonly capacities: readonly number[]
}

const MOST_PROBLEMS = 1000
const LARGEST_SIZE = 100_000

/** @throws InvalidInputError with line and column */
export function readOrlibGeneralisedAssignment(text: string, file?: string): OrlibGeneralisedAssignment[] {
  const reader = new NumberReader(text, file)
  const count = reader.size('the number of problems', 1, MOST_PROBLEMS)
  const problems: OrlibGeneralisedAssignment[] = []
  for (let p = 1; p <= count; p++) {
    const agents = reader.size(`the number of agents of problem ${p}`, 1, LARGEST_SIZE)
    const jobs = reader.size(`the number of jobs of problem ${p}`, 1, Math.floor(2 ** 26 / agents))
    const table = (what: string) =>
      Array.from({ length: agents }, (_, i) =>
        Array.from({ length: jobs }, (_, j) => reader.number(`the ${what} (${i}, ${j}) of problem ${p}`)),
      )
    const values = table('value')
    const resources = table('resource')
    const capacities = Array.from({ length: agents }, (_, i) => reader.number(`capacity ${i} of problem ${p}`))
    problems.push({ agents, jobs, values, resources, capacities })
  }
  reader.end()
  return problems
}

export function writeOrlibGeneralisedAssignment(problems: readonly OrlibGeneralisedAssignment[]): string {
  const lines = [` ${problems.length}`]
  for (const { agents, jobs, values, resources, capacities } of problems) {
    lines.push(` ${agents} ${jobs}`)
    for (const row of [...values, ...resources, capacities]) lines.push(` ${row.join(' ')}`)
  }
  return `${lines.join('\n')}\n`
}
