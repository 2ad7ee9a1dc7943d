/** Readers of the multi-objective benchmark files (Kirlik and Sayin knapsack and assignment, vOptLib bi-objective knapsack). */
import { readFileSync } from 'node:fs'
import { LinearModel, type Term } from '../../../../solvers/linear/index.ts'
import type { MultiObjectiveProblem } from '../../../../solvers/linear/multi-objective/index.ts'

/** All numbers of a text in order; everything else is layout. */
function numbers(text: string): number[] {
  return (text.match(/-?\d+(\.\d+)?/g) ?? []).map(Number)
}

function knapsack(
  profits: readonly (readonly number[])[],
  weights: readonly number[],
  capacity: number,
): MultiObjectiveProblem {
  const model = new LinearModel('knapsack')
  for (let j = 0; j < weights.length; j++) model.addVariable(`x${j}`, { kind: 'binary' })
  model.addRow(
    'capacity',
    weights.map((weight, j): Term => [j, weight]),
    '<=',
    capacity,
  )
  return {
    model,
    objectives: profits.map((row) => row.map((profit, j): Term => [j, profit])),
    senses: profits.map(() => 'maximize'),
  }
}

/** `p, n, W, p rows of profits, weights`; maximised. */
export function readKnapsack(file: string): MultiObjectiveProblem {
  const data = numbers(readFileSync(file, 'utf8'))
  const [p, n, capacity] = data as [number, number, number]
  const rows = Array.from({ length: p + 1 }, (_, k) => data.slice(3 + k * n, 3 + (k + 1) * n))
  return knapsack(rows.slice(0, p), rows[p] as number[], capacity)
}

/** `p, n, p matrices of costs`; minimised. */
export function readAssignment(file: string): MultiObjectiveProblem {
  const data = numbers(readFileSync(file, 'utf8'))
  const [p, n] = data as [number, number]
  const model = new LinearModel('assignment')
  for (let j = 0; j < n * n; j++) model.addVariable(`x${Math.floor(j / n)},${j % n}`, { kind: 'binary' })
  const each = Array.from({ length: n }, (_, i) => i)
  for (const i of each) {
    model.addRow(
      `row ${i}`,
      each.map((j): Term => [i * n + j, 1]),
      '=',
      1,
    )
    model.addRow(
      `column ${i}`,
      each.map((j): Term => [j * n + i, 1]),
      '=',
      1,
    )
  }
  const objectives = Array.from({ length: p }, (_, k) =>
    data.slice(2 + k * n * n, 2 + (k + 1) * n * n).map((cost, j): Term => [j, cost]),
  )
  return { model, objectives }
}

/** vOptLib `.dat`: n, p, k, objectives, weights, capacities, each below a line that begins with `#`; maximised. */
export function readBiKnapsack(file: string): MultiObjectiveProblem {
  const text = readFileSync(file, 'utf8').replace(/#.*/g, '')
  const data = numbers(text)
  const [n, p] = data as [number, number]
  const at = (k: number) => data.slice(3 + k * n, 3 + (k + 1) * n)
  return knapsack(
    Array.from({ length: p }, (_, k) => at(k)),
    at(p),
    data[3 + (p + 1) * n] as number,
  )
}

/** Known nondominated vectors, one a line, sorted; `sign` -1 where maximised values are stored negated. */
export function readVectors(file: string, count: number, sign: 1 | -1): number[][] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) =>
      numbers(line)
        .slice(0, count)
        .map((value) => sign * value + 0),
    )
    .sort((a, b) => a.map((value, k) => value - (b[k] as number)).find((difference) => difference !== 0) ?? 0)
}
