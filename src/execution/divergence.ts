/** How far what is observed is from what was expected, in [0, 1], and when that is worth a look. */
import type { ObservedState, ObservedValue } from '../domain/execution.ts'

export interface DivergenceOptions {
  /** Numbers this close are equal, by variable. @default 1e-9 */
  readonly tolerances?: Readonly<Record<string, number>>
  /** Weights of variables, >= 0. @default 1 each */
  readonly weights?: Readonly<Record<string, number>>
}

/** Whether an observed value agrees with the expected one. */
export function agrees(
  variable: string,
  observed: ObservedValue,
  expected: ObservedValue | undefined,
  options: DivergenceOptions,
): boolean {
  if (typeof observed !== 'number' || typeof expected !== 'number') return observed === expected
  const tolerance = options.tolerances?.[variable] ?? 1e-9
  return Math.abs(observed - expected) <= tolerance
}

/**
 * Weight of the observed variables that differ over the weight of all observed ones; variables that are not known on
 * both sides count on neither. 0 exactly when all agree.
 * @param watched leaves out other variables. @default all
 */
export function divergenceOf(
  observed: ObservedState,
  expected: ObservedState,
  options: DivergenceOptions = {},
  watched: (variable: string) => boolean = () => true,
): { readonly value: number; readonly differing: readonly string[] } {
  let total = 0
  let wrong = 0
  const differing: string[] = []
  for (const [variable, value] of Object.entries(observed)) {
    if (expected[variable] === undefined || !watched(variable)) continue
    const weight = options.weights?.[variable] ?? 1
    total += weight
    if (agrees(variable, value, expected[variable], options)) continue
    wrong += weight
    differing.push(variable)
  }
  return { value: total > 0 ? wrong / total : 0, differing }
}

/** Fires once when a value passes a threshold, and again only after it was well below in between. */
export class HysteresisThreshold {
  readonly threshold: number
  readonly #release: number
  #armed = true

  /** @param width how far below the threshold the value must fall to arm it again */
  constructor(threshold: number, width: number) {
    this.threshold = threshold
    this.#release = Math.max(0, threshold - width)
  }

  /** @returns true when the value has just passed the threshold */
  fires(value: number): boolean {
    if (value <= this.#release + 1e-9) this.#armed = true
    if (!this.#armed || value <= this.threshold) return false
    this.#armed = false
    return true
  }

  reset(): void {
    this.#armed = true
  }
}
