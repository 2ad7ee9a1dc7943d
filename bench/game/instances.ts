/** The published games of the benchmark folder, and the generators that rebuild them. */
import { readFileSync } from 'node:fs'
import type { CooperativeGame } from '../../solvers/game/index.ts'

export const coordinationFolder = new URL('../../../shared/benchmarks/coordination/', import.meta.url).pathname

export interface PublishedNucleolus {
  readonly game: CooperativeGame
  /** Candidate payoffs with the published verdict. */
  readonly candidates: readonly { readonly payoff: Float64Array; readonly isNucleolus: boolean }[]
}

/** Reads `v<type>n<players>j<index>.txt` and rebuilds the game from its seed (the C runtime's linear congruential generator). */
export function readNucleolusGame(file: string): PublishedNucleolus {
  const [, type = '', players = ''] = /v(\d)n(\d+)j/.exec(file) ?? []
  const n = Number(players)
  const numbers = readFileSync(`${coordinationFolder}nucleolus/${file}`, 'utf8').trim().split(/\s+/).map(Number)
  const candidates = [0, 1, 2, 3].map((k) => {
    const start = 1 + k * (n + 1)
    return { payoff: Float64Array.from(numbers.slice(start, start + n)), isNucleolus: numbers[start + n] === 1 }
  })
  return { game: generateNucleolusGame(Number(type), n, numbers[0] as number), candidates }
}

function generateNucleolusGame(type: number, n: number, seed: number): CooperativeGame {
  let state = seed >>> 0
  const draw = (): number => {
    state = (Math.imul(state, 214013) + 2531011) >>> 0
    return (state >>> 16) & 0x7fff
  }
  // v[i] is the value of coalition bitmask i + 1.
  const v = new Float64Array(2 ** n - 1)
  const s = 2 ** n - 2
  if (type === 1) {
    v[s] = (draw() % 201) + 100 * (n - 2)
    for (let i = 0; i < s; i++) {
      let size = 0
      for (let rest = i + 1; rest > 0; rest &= rest - 1) size++
      v[i] = size === 1 ? 0 : (draw() % (100 * size)) + 1
    }
  } else if (type === 2 || type === 4) {
    const range = type === 2 ? 50 * n : n
    v[2] = (draw() % range) + 1
    let j = 8
    for (let i = 4; i <= s; i++) {
      if (i < j - 1) v[i] = (draw() % range) + 1
      else j *= 2
    }
    // The loop leaves single players, and here the grand coalition too when 2^n - 1 is the next power, at 0.
  } else {
    v[s] = 1
    let r = draw() % 10
    for (let i = 0; i < n; i++) {
      if (r < 9) v[s - 2 ** i] = 1
      r = draw() % 10
      for (let j = i + 1; j < n; j++) {
        if (r < 9) v[s - 2 ** i - 2 ** j] = 1
        r = draw() % 10
      }
    }
  }
  const values = new Float64Array(2 ** n)
  values.set(v, 1)
  return { players: n, values }
}

/** Value distributions of coalition structure benchmarks (those of ODP-IP), rebuilt from a seed; values times 1e8, rounded. */
export function generateStructureGame(n: number, distribution: string, seed: number): CooperativeGame {
  let state = seed >>> 0
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const normal = (mean: number, deviation: number): number => {
    let u = 0
    do u = uniform()
    while (u <= 0)
    return mean + deviation * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * uniform())
  }
  const means: number[] = []
  const strengths: number[] = []
  for (let i = 0; i < n; i++) {
    means.push(Math.max(0, normal(10, 0.1)))
    strengths.push(uniform() * 10)
  }
  const worth = (coalition: number, size: number): number => {
    switch (distribution) {
      case 'uniform':
        return size * uniform()
      case 'normal':
        return Math.max(0, size * normal(10, 0.1))
      case 'muniform': {
        const base = uniform() * 10 * size
        return Math.floor(uniform() * 100) <= 20 ? base + uniform() * 50 : base
      }
      case 'mnormal': {
        const base = Math.max(0, size * normal(10, 0.1))
        return Math.floor(uniform() * 100) <= 20 ? base + normal(25, 0.1) : base
      }
      case 'exponential':
        return size * -Math.log(1 - uniform())
      case 'beta':
        return size * Math.sin((Math.PI / 2) * uniform()) ** 2
      case 'gamma':
        return size * (-2 * Math.log((1 - uniform()) * (1 - uniform())))
      case 'abuniform': {
        let total = 0
        for (let i = 0; i < n; i++) if (((coalition >>> i) & 1) === 1) total += uniform() * (strengths[i] as number) * 2
        return total
      }
      case 'abnormal': {
        let total = 0
        for (let i = 0; i < n; i++)
          if (((coalition >>> i) & 1) === 1) total += Math.max(0, normal(means[i] as number, 0.1))
        return total
      }
      case 'ndcs': {
        let value = 0
        do value = normal(size, Math.sqrt(size))
        while (value <= 0)
        return value
      }
      default:
        throw new Error(`no distribution is called ${distribution}`)
    }
  }
  const values = new Float64Array(2 ** n)
  for (let S = values.length - 1; S > 0; S--) {
    let size = 0
    for (let rest = S; rest > 0; rest &= rest - 1) size++
    values[S] = Math.round(worth(S, size) * 1e8)
  }
  return { players: n, values }
}
