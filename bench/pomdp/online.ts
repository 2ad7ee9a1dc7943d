/**
 * Online planners with a CPU limit a move: discounted return over episodes, mean and standard error, beside published figures.
 *
 *   npx tsx bench/pomdp/online.ts [tag|rock-sample|all] [pomcp|ar-despot|both] [episodes] [milliseconds a move] [seed]
 *
 * Tag needs TagAvoid.POMDP of ../shared/benchmarks/pomdp; RockSample(7,8) is our own generator. POMCP: rollouts at random (Tag) or by
 * preferred actions (RockSample, as in the publication). AR-DESPOT: 500 scenarios, hindsight values of the fully observable problem above, the
 * best blind action below. Published: POMCP and AR-DESPOT on Tag as quoted from Somani et al. (2013); RockSample(7,8): POMCP from Silver
 * and Veness (2010), DESPOT from Ye et al. (2017). These used one second a move.
 */
import { readFileSync } from 'node:fs'
import { ROCK_SAMPLE_7_8, RockSample } from '../../models/pomdp/rock-sample.ts'
import { RockSampleKnowledge } from '../../models/pomdp/rock-sample-knowledge.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'
import { solveMdp } from '../../solvers/pomdp/bounds.ts'
import { buildKernel } from '../../solvers/pomdp/kernel.ts'
import type { PomdpModel } from '../../solvers/pomdp/model.ts'
import { arDespot } from '../../solvers/pomdp/online/despot.ts'
import { ParticleDeprivationError, updateParticles } from '../../solvers/pomdp/online/particle-filter.ts'
import { pomcp } from '../../solvers/pomdp/online/pomcp.ts'
import { type HistoryKnowledge, ModelSimulator, type Simulator } from '../../solvers/pomdp/online/simulator.ts'
import { blindPolicies } from '../../solvers/pomdp/point-backup.ts'
import { readPomdp } from '../../src/io/cassandra/index.ts'

type Planner = 'pomcp' | 'ar-despot'

interface Domain {
  readonly name: string
  readonly model: PomdpModel
  readonly simulator: Simulator
  readonly start: (random: RandomStream) => number
  /** Constant of UCB1: the spread of the returns that search can influence. */
  readonly exploration: number
  readonly rollout?: (state: number, random: RandomStream) => number
  /** Advice for POMCP before anything is seen, and what its preferred actions start with. */
  readonly knowledge?: HistoryKnowledge
  readonly preferredValue?: number
  /** Mean and standard error. */
  readonly published: Readonly<Record<Planner, readonly [number, number]>>
}

const PARTICLES = 1000
const MOVES = 90
const cpu = () => process.cpuUsage().user / 1e6

function tag(): Domain {
  const file = new URL('../../../shared/benchmarks/pomdp/TagAvoid.POMDP', import.meta.url)
  const model = readPomdp(readFileSync(file, 'utf8'))
  return {
    name: 'Tag',
    model,
    simulator: new ModelSimulator(model),
    start: (random) => random.weighted(model.start),
    exploration: 20,
    published: { pomcp: [-7.14, 0.28], 'ar-despot': [-6.26, 0.28] },
  }
}

function rockSample(): Domain {
  const rocks = new RockSample(ROCK_SAMPLE_7_8)
  return {
    name: 'RockSample(7,8)',
    model: rocks.model(),
    simulator: rocks,
    start: (random) => rocks.startState(random.integer(0, rocks.startCount - 1)),
    exploration: 10,
    knowledge: RockSampleKnowledge.of(ROCK_SAMPLE_7_8),
    preferredValue: 10,
    published: { pomcp: [20.71, 0.21], 'ar-despot': [20.93, 0.3] },
  }
}

function run(domain: Domain, planner: Planner, episodes: number, milliseconds: number, seed: number): void {
  const { simulator, model, rollout, preferredValue } = domain
  const mdp = solveMdp(model).values
  const blind = blindPolicies(buildKernel(model))
  const count = model.states.length
  const random = new RandomStream(seed)
  const outcome = { next: 0, observation: 0, reward: 0 }
  const totals: number[] = []
  let deprived = 0
  const begun = cpu()
  for (let episode = 0; episode < episodes; episode++) {
    let state = domain.start(random)
    let particles: Int32Array = Int32Array.from({ length: PARTICLES }, () => domain.start(random))
    let total = 0
    let knowledge = domain.knowledge
    for (let step = 0, weight = 1; step < MOVES && simulator.isTerminal?.(state) !== true; step++) {
      const until = cpu() + milliseconds / 1000
      const stop = () => cpu() > until
      const own = random.integer(0, 2 ** 31)
      const { action } =
        planner === 'pomcp'
          ? pomcp(simulator, particles, {
              simulations: 1e9,
              exploration: domain.exploration,
              seed: own,
              stop,
              ...(rollout === undefined ? {} : { rollout }),
              ...(knowledge === undefined ? {} : { knowledge }),
              ...(preferredValue === undefined ? {} : { preferredValue }),
            })
          : arDespot(simulator, particles, {
              scenarios: 500,
              trials: 1e9,
              seed: own,
              stop,
              upper: (s) => mdp[s]!,
              blind: (a, s) => blind.data[a * count + s]!,
            })
      simulator.step(state, action, random.next(), random.next(), outcome)
      total += weight * outcome.reward
      weight *= simulator.discount
      state = outcome.next
      knowledge = knowledge?.after(action, outcome.observation, state)
      if (simulator.isTerminal?.(state) === true) break
      try {
        particles = updateParticles(simulator, particles, action, outcome.observation, random, { reinvigorate: 1 / 16 })
      } catch (error) {
        if (!(error instanceof ParticleDeprivationError)) throw error
        deprived++
        break
      }
    }
    totals.push(total)
  }
  const mean = totals.reduce((a, b) => a + b, 0) / episodes
  const spread = Math.sqrt(totals.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, episodes - 1))
  const error = spread / Math.sqrt(episodes)
  const [published, publishedError] = domain.published[planner]
  const gap = (mean - published) / Math.hypot(error, publishedError)
  console.log(
    `${domain.name.padEnd(16)} ${planner.padEnd(10)} ${mean.toFixed(2)} +- ${error.toFixed(2)}  (${episodes} episodes, ${milliseconds} ms a move, seed ${seed})  published ${published} +- ${publishedError}: ${gap >= 0 ? '+' : ''}${gap.toFixed(1)} standard errors, gap ${(mean - published).toFixed(2)}; ${deprived} lost beliefs, ${(cpu() - begun).toFixed(0)} s CPU`,
  )
}

const [which = 'all', who = 'both', episodes = '20', milliseconds = '100', seed = '1'] = process.argv.slice(2)
for (const domain of [...(which === 'rock-sample' ? [] : [tag()]), ...(which === 'tag' ? [] : [rockSample()])])
  for (const planner of ['pomcp', 'ar-despot'] as const)
    if (who === 'both' || who === planner) run(domain, planner, Number(episodes), Number(milliseconds), Number(seed))
