/**
 * Particle beliefs. Update: every particle takes a simulated step; the survivors are those whose observation agrees, or,
 * when the likelihood is known, all of them weighted and resampled systematically (SIR, Gordon, Salmond and Smith 1993).
 *
 * Reinvigoration (Silver and Veness 2010, section 4.2): a share of the new set comes from old particles that are first changed a
 * little (`perturb` of the simulator), then simulated, and kept only when what they show agrees with what was seen. So a set
 * that has lost the truth can find it again. A belief that no particle, changed or not, can explain is a typed error, not a silent
 * reset.
 */
import { PlannerError } from '../../contract/index.ts'
import type { RandomStream } from '../../numeric/index.ts'
import type { Simulator, StepOutcome } from './simulator.ts'

/** No particle agrees with the observation. */
export class ParticleDeprivationError extends PlannerError {
  readonly observation: number

  constructor(observation: number) {
    super('particle-deprivation', `no particle can explain the observation ${observation}`, {
      hint: 'use more particles, or give the simulator a likelihood',
    })
    this.observation = observation
  }
}

export interface ParticleOptions {
  /** Attempts per wanted particle before giving up. @default 50 */
  readonly passes?: number
  /**
   * Share of the set that comes from changed particles, where the simulator can change them.
   * @default 1 / 16 when the set is thin (effective size below a quarter) or the likelihood is unknown, else 0
   */
  readonly reinvigorate?: number
}

/**
 * Particles after an action and an observation, as many as before.
 * @throws ParticleDeprivationError when none survives, changed or not
 */
export function updateParticles(
  simulator: Simulator,
  particles: Int32Array,
  action: number,
  observation: number,
  random: RandomStream,
  options: ParticleOptions = {},
): Int32Array {
  const count = particles.length
  const passes = options.passes ?? 50
  const outcome: StepOutcome = { next: 0, observation: 0, reward: 0 }
  const nexts: number[] = []
  const weights: number[] = []
  let total = 0
  for (let attempt = 0; attempt < passes * count; attempt++) {
    simulator.step(particles[attempt % count]!, action, random.next(), random.next(), outcome)
    if (simulator.likelihood === undefined) {
      if (outcome.observation === observation) {
        nexts.push(outcome.next)
        weights.push(1)
        total++
      }
    } else {
      const weight = simulator.likelihood(action, outcome.next, observation)
      if (weight > 0) {
        nexts.push(outcome.next)
        weights.push(weight)
        total += weight
      }
    }
    // One pass is enough when enough particles survive; further passes refill a thin set.
    if ((attempt + 1) % count === 0 && nexts.length >= Math.min(count, 0.25 * (attempt + 1) + 100)) break
    if (nexts.length >= 4 * count) break
  }
  const thin = simulator.likelihood === undefined || effectiveSize(weights) < count / 4
  const share = options.reinvigorate ?? (thin ? 1 / 16 : 0)
  const deprived = nexts.length === 0
  const wanted = deprived ? count : Math.floor(share * count)
  const attempts = deprived ? passes * count : 2 * wanted
  const changed = changedParticles(simulator, particles, action, observation, random, wanted, attempts, deprived)
  if (nexts.length === 0) {
    if (changed.length === 0) throw new ParticleDeprivationError(observation)
    return Int32Array.from({ length: count }, (_, k) => changed[k % changed.length]!)
  }
  const resampled = new Int32Array(count)
  let position = random.next()
  let reached = weights[0]!
  for (let k = 0, i = 0; k < count; k++) {
    const wanted = ((k + position) / count) * total
    while (reached < wanted && i < nexts.length - 1) reached += weights[++i]!
    resampled[k] = nexts[i]!
    position = Math.min(position, 1 - 1e-12)
  }
  // They take the place of randomly chosen ones, so that no stratum of the sample loses more than its share.
  for (const state of changed) resampled[random.integer(0, count - 1)] = state
  return resampled
}

/** (sum w)^2 / sum w^2 */
function effectiveSize(weights: readonly number[]): number {
  let sum = 0
  let squares = 0
  for (const weight of weights) {
    sum += weight
    squares += weight * weight
  }
  return squares === 0 ? 0 : (sum * sum) / squares
}

/** Changed particles that agree with the observation: the wanted share, or as many as can be found when nothing else survived. */
function changedParticles(
  simulator: Simulator,
  particles: Int32Array,
  action: number,
  observation: number,
  random: RandomStream,
  wanted: number,
  attempts: number,
  deprived: boolean,
): number[] {
  if (simulator.perturb === undefined) return []
  const count = particles.length
  const outcome: StepOutcome = { next: 0, observation: 0, reward: 0 }
  const kept: number[] = []
  for (let attempt = 0; attempt < attempts && kept.length < wanted; attempt++) {
    let state = particles[random.integer(0, count - 1)]!
    // Without a survivor one change may not be enough.
    const changes = deprived ? 1 + Math.floor((4 * attempt) / attempts) : 1
    for (let k = 0; k < changes; k++) state = simulator.perturb(state, random)
    simulator.step(state, action, random.next(), random.next(), outcome)
    // What the changed particle shows itself must agree: acceptance with its likelihood.
    if (outcome.observation === observation) kept.push(outcome.next)
  }
  return kept
}
