/**
 * Free units of several renewables side by side in 32-bit words, one lane each: as many bits as the largest amount takes,
 * and a guard bit above them that is always set. Taking the needs of a task from all lanes is one subtraction a word; a
 * lane that has too little borrows from its guard bit and from nothing beyond, so the needs fit exactly when every guard
 * bit is still set. Three or four resources of a usual project share a word. No-overlap groups without set-up times are
 * renewables of capacity 1.
 */
import type { CompiledProblem } from './compile.ts'

export interface PackedCapacity {
  /** Words a period. */
  readonly words: number
  /** Free units of the empty schedule: base[period * words + word], guard bits set. */
  readonly base: Int32Array
  /** Guard bits of each word. */
  readonly guard: Int32Array
  /** need[mode * words + word]. */
  readonly need: Int32Array
  /** What part of the capacities each mode takes, summed over the resources; in units of 1 / SHARE. */
  readonly share: Int32Array
}

const WORD = 32
const SHARE = 1 << 16

interface Lane {
  /** Amounts by mode. */
  readonly amount: (mode: number) => number
  readonly capacity: number
  /** Capacity lost in some periods. */
  readonly gaps: readonly { readonly start: number; readonly end: number; readonly amount: number }[]
}

/** Size: O((horizon + modes) x words). */
export function packCapacity(compiled: CompiledProblem): PackedCapacity {
  const { modeCount, horizon } = compiled
  const lanes = lanesOf(compiled)
  const places: { word: number; shift: number; bits: number }[] = []
  let word = 0
  let filled = 0
  for (const lane of lanes) {
    let most = lane.capacity
    for (let m = 0; m < modeCount; m++) most = Math.max(most, lane.amount(m))
    const bits = WORD - Math.clz32(most)
    if (filled + bits + 1 > WORD) {
      word++
      filled = 0
    }
    places.push({ word, shift: filled, bits })
    filled += bits + 1
  }
  const words = word + 1
  const base = new Int32Array(horizon * words)
  const guard = new Int32Array(words)
  const need = new Int32Array(modeCount * words)
  const share = new Int32Array(modeCount)
  lanes.forEach((lane, l) => {
    const { word, shift, bits } = places[l]!
    guard[word]! |= 1 << (shift + bits)
    const free = new Int32Array(horizon).fill(lane.capacity)
    for (const gap of lane.gaps) for (let t = gap.start; t < Math.min(gap.end, horizon); t++) free[t]! -= gap.amount
    for (let t = 0; t < horizon; t++) base[t * words + word]! |= Math.max(0, free[t]!) << shift
    for (let m = 0; m < modeCount; m++) {
      need[m * words + word]! |= lane.amount(m) << shift
      if (lane.capacity > 0) share[m]! += Math.round((SHARE * lane.amount(m)) / lane.capacity)
    }
  })
  for (let t = 0; t < horizon; t++) for (let w = 0; w < words; w++) base[t * words + w]! |= guard[w]!
  return { words, base, guard, need, share }
}

function lanesOf(compiled: CompiledProblem): Lane[] {
  const { renewableCount, demand, taskOfMode, source } = compiled
  const lanes: Lane[] = []
  for (let r = 0; r < renewableCount; r++) {
    lanes.push({
      amount: (mode) => demand[mode * renewableCount + r]!,
      capacity: compiled.capacity[r]!,
      gaps: source.renewables?.[r]?.reductions ?? [],
    })
  }
  for (const group of source.noOverlaps ?? []) {
    if (group.tasks.length < 2) continue
    const members = new Set(group.tasks)
    lanes.push({ amount: (mode) => (members.has(taskOfMode[mode]!) ? 1 : 0), capacity: 1, gaps: [] })
  }
  return lanes
}
