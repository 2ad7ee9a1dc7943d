/**
 * Particle beliefs. Update: every particle takes a simulated step; the survivors are those whose observation agrees, or,
 * when the likelihood is known, all of them weighted and resampled systematically (SIR, Gordon, Salmond and Smith 1993).
 * Against deprivation the set is refilled from several passes over the old particles (reinvigoration); a belief that no
 * particle can explain is a typed error, not a silent reset.
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

/**
 * Particles after an action and an observation, as many as before.
 * @param passes attempts per wanted particle before giving up @default 50
 * @throws ParticleDeprivationError when none survives
 */
export function updateParticles(
  simulator: Simulator,
  particles: Int32Array,
  action: number,
  observation: number,
  random: RandomStream,
  passes = 50,
): Int32Array {
  const count = particles.length
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
  if (nexts.length === 0) throw new ParticleDeprivationError(observation)
  const resampled = new Int32Array(count)
  let position = random.next()
  let reached = weights[0]!
  for (let k = 0, i = 0; k < count; k++) {
    const wanted = ((k + position) / count) * total
    while (reached < wanted && i < nexts.length - 1) reached += weights[++i]!
    resampled[k] = nexts[i]!
    position = Math.min(position, 1 - 1e-12)
  }
  return resampled
}
