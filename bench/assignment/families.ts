/** Matrix families on which assignment codes are compared; every family is generated from a seed. */
import type { RandomStream } from '../../solvers/numeric/index.ts'

export type Family = (n: number, random: RandomStream) => Float64Array

export const families: Readonly<Record<string, Family>> = {
  'uniform [0, 1)': (n, random) => filled(n, () => random.next()),
  'integer 1..100': (n, random) => filled(n, () => random.integer(1, 100)),
  'integer 1..1e6': (n, random) => filled(n, () => random.integer(1, 1_000_000)),
  geometric: (n, random) => {
    const points = Float64Array.from({ length: 4 * n }, () => random.next())
    return filled(n, (i, j) =>
      Math.hypot(
        (points[2 * i] as number) - (points[2 * (n + j)] as number),
        (points[2 * i + 1] as number) - (points[2 * (n + j) + 1] as number),
      ),
    )
  },
  'Machol-Wien': (n) => filled(n, (i, j) => (i + 1) * (j + 1)),
  'all equal': (n) => filled(n, () => 7),
  'many ties 0/1': (n, random) => filled(n, () => random.integer(0, 1)),
  'wide range 1e-6..1e9': (n, random) => filled(n, () => 10 ** (15 * random.next() - 6)),
  'sparse 5 %': (n, random) =>
    filled(n, (i, j) => (i === j || random.chance(0.05) ? random.next() : Number.POSITIVE_INFINITY)),
  'sum of row and column': (n, random) => {
    const parts = Float64Array.from({ length: 2 * n }, () => random.next())
    return filled(n, (i, j) => (parts[i] as number) + (parts[n + j] as number))
  },
  'negative uniform': (n, random) => filled(n, () => -random.next()),
}

function filled(n: number, cell: (i: number, j: number) => number): Float64Array {
  const costs = new Float64Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) costs[i * n + j] = cell(i, j)
  return costs
}
