/** Random integer models small enough to list every point, and their nondominated vectors. */
import { LinearModel, type Sense, type Term } from '../../../../solvers/linear/index.ts'
import type { MultiObjectiveProblem } from '../../../../solvers/linear/multi-objective/index.ts'
import type { RandomStream } from '../../../../solvers/numeric/index.ts'

export interface Enumerated {
  readonly problem: MultiObjectiveProblem
  /** Nondominated vectors in the users' senses, sorted. */
  readonly front: readonly (readonly number[])[]
  /** All feasible vectors. */
  readonly all: readonly (readonly number[])[]
}

export function randomProblem(random: RandomStream, objectives: number, decimals = 1): Enumerated {
  const model = new LinearModel('random')
  const columns = random.integer(3, 5)
  const top: number[] = []
  for (let j = 0; j < columns; j++) {
    const binary = random.chance(0.5)
    top.push(binary ? 1 : 2)
    model.addVariable(`x${j}`, binary ? { kind: 'binary' } : { kind: 'integer', upper: 2 })
  }
  const rows: { values: number[]; rhs: number }[] = []
  for (let i = 0; i < 2; i++) {
    const values = top.map(() => random.integer(0, 9))
    const rhs = random.integer(3, 18)
    rows.push({ values, rhs })
    const terms: Term[] = values.map((value, j) => [j, value])
    model.addRow(`r${i}`, terms, '<=', rhs)
  }
  const coefficients = Array.from({ length: objectives }, () => top.map(() => random.integer(-9, 9) / decimals))
  const senses = coefficients.map(() => random.pick<Sense>(['minimize', 'maximize']))
  const constants = coefficients.map(() => random.integer(-5, 5))
  const all: number[][] = []
  const x = top.map(() => 0)
  for (;;) {
    if (
      rows.every(({ values, rhs }) => values.reduce((total, value, j) => total + value * (x[j] as number), 0) <= rhs)
    ) {
      all.push(
        coefficients.map((row, k) =>
          round(row.reduce((total, value, j) => total + value * (x[j] as number), 0) + (constants[k] as number)),
        ),
      )
    }
    let j = 0
    while (j < columns && x[j] === top[j]) x[j++] = 0
    if (j === columns) break
    x[j] = (x[j] as number) + 1
  }
  const terms = coefficients.map((row) => row.map((value, j): Term => [j, value]))
  return { problem: { model, objectives: terms, senses, constants }, front: nondominated(all, senses), all }
}

export function round(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0
}

/** Distinct nondominated vectors, in increasing order. */
export function nondominated(all: readonly (readonly number[])[], senses: readonly Sense[]): (readonly number[])[] {
  const distinct = [...new Map(all.map((vector) => [vector.join(), vector])).values()]
  const asGood = (a: readonly number[], b: readonly number[]) =>
    a.every((value, k) => (senses[k] === 'maximize' ? value >= (b[k] as number) : value <= (b[k] as number)))
  return distinct
    .filter((vector) => !distinct.some((other) => other !== vector && asGood(other, vector)))
    .sort((a, b) => a.map((value, k) => value - (b[k] as number)).find((difference) => difference !== 0) ?? 0)
}
