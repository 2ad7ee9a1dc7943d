/**
 * Population search over precedence-feasible lists and mode vectors.
 *
 * Founders: lists by latest start with random noise, built by the parallel scheme where it applies (parallel-scheme.ts).
 * Each child's list is turned into a schedule by the serial scheme; both then go through double justification and are
 * replaced by the list of the starts. Crossover keeps a stretch of the father, often the one in which the resources are
 * busiest, and orders the rest as the mother has it (the idea of the peak crossover of Valls, Ballestin and Quintanilla
 * 2008 and of Debels and Vanhoucke 2007). A child equal to a member (same starts and modes) is rejected. When the
 * population stands still it is rebuilt around its best member. Proves nothing; same seed and limit, same answer.
 */
import { RandomStream } from '../numeric/index.ts'
import type { CompiledProblem } from './compile.ts'
import { isNoSchedule, ScheduleGenerator } from './generation.ts'
import type { Windows } from './graph.ts'
import { ModeChooser } from './mode-choice.ts'
import { TaskLists } from './task-lists.ts'

export interface PopulationOptions {
  /** Members kept. 60 suits a few thousand schedules, 250 some ten thousand. @default 60 */
  readonly size?: number
  readonly seed?: number
}

interface Member {
  readonly list: Int32Array
  readonly modes: Int32Array
  readonly starts: Int32Array
  makespan: number
  fitness: number
  /** By how much hard limits are broken in all. */
  broken: number
  hash: number
}

/** Added to the fitness for each unit by which a hard limit is broken. */
const PENALTY = 100_000
/** Share of the crossovers that keep the busiest window; the others keep a random one. */
const BUSIEST_SHARE = 0.4

export class PopulationSearch {
  /** The best schedule that keeps every limit, or null. Starts and compiled modes. */
  best: { readonly starts: Int32Array; readonly modes: Int32Array; readonly objective: number } | null = null
  readonly generator: ScheduleGenerator
  readonly #compiled: CompiledProblem
  readonly #windows: Windows
  readonly #random: RandomStream
  readonly #chooser: ModeChooser
  readonly #lists: TaskLists
  readonly #size: number
  /** Hashes of the schedules that were justified already: a list that leads to one of them is not worth two more. */
  readonly #seen = new Set<number>()
  #members: Member[] = []
  #spare: Member
  #idle = 0
  /** Founders tried since the population was last begun. */
  #founded = 0
  #bestFitness = Number.POSITIVE_INFINITY
  readonly #utilisation: Int32Array
  readonly #key: Float64Array
  readonly #place: Int32Array
  readonly #slots: Int32Array

  constructor(compiled: CompiledProblem, windows: Windows, options: PopulationOptions = {}) {
    this.#compiled = compiled
    this.#windows = windows
    this.#random = new RandomStream(options.seed ?? 1)
    this.#chooser = new ModeChooser(compiled, this.#random)
    this.#size = options.size ?? 60
    this.generator = new ScheduleGenerator(compiled)
    const n = compiled.taskCount
    this.#spare = this.#blank()
    this.#utilisation = new Int32Array(compiled.horizon + 1)
    this.#key = new Float64Array(n)
    this.#place = new Int32Array(n)
    this.#slots = new Int32Array(n)
    this.#lists = new TaskLists(compiled, this.#random)
  }

  get built(): number {
    return this.generator.built
  }

  /**
   * Builds schedules until `schedules` more are built or the target is reached.
   * @param target an objective that is proved best, or as good as needed
   * @param stop asked now and then; true ends the call
   */
  run(schedules: number, target: number, stop: () => boolean = () => false): void {
    const until = this.generator.built + schedules
    for (let round = 0; this.generator.built < until; round++) {
      if (this.best !== null && this.best.objective <= target) return
      if ((round & 15) === 15 && stop()) return
      if (this.#founding()) this.#found()
      else this.#breed()
    }
  }

  /** One of the better members that keep every limit, or the best schedule when that one breaks a limit; null when there is none. */
  sample(): { readonly starts: Int32Array; readonly modes: Int32Array; readonly objective: number } | null {
    if (this.best === null || this.#members.length === 0) return this.best
    const { starts, modes, fitness, broken } = this.#tournament()
    return broken > 0 ? this.best : { starts, modes, objective: fitness }
  }

  /** Takes in a schedule from elsewhere. */
  inject(starts: Int32Array, modes: Int32Array): void {
    const member = this.#spare
    member.modes.set(modes)
    this.generator.sortByKey(starts, this.#compiled.order!, member.list, false)
    this.#evaluate(member)
    this.#accept(member, true)
  }

  #blank(): Member {
    const { taskCount } = this.#compiled
    return {
      list: new Int32Array(taskCount),
      modes: Int32Array.from({ length: taskCount }, (_, i) => this.#compiled.modeStart[i]!),
      starts: new Int32Array(taskCount),
      makespan: 0,
      fitness: 0,
      broken: 0,
      hash: 0,
    }
  }

  /** Small problems have fewer schedules than places: the founding ends when most attempts are in vain. */
  #founding(): boolean {
    const { length } = this.#members
    return length === 0 || (length < this.#size && this.#founded < 2 * this.#size)
  }

  /** A new member by biased random sampling on the latest start (small tail late). */
  #found(): void {
    this.#founded++
    const { taskCount, features } = this.#compiled
    const { tail } = this.#windows
    const member = this.#spare
    const spread = this.#members.length === 0 ? 0 : 0.05 + 0.45 * this.#random.next()
    let longest = 1
    for (let i = 0; i < taskCount; i++) longest = Math.max(longest, tail[i]!)
    for (let i = 0; i < taskCount; i++) this.#key[i] = -tail[i]! + spread * longest * this.#random.next()
    const slots = this.#slots
    slots.set(this.#compiled.order!)
    slots.sort((a, b) => this.#key[a]! - this.#key[b]!)
    this.#lists.behindPredecessors(slots, member.list)
    if (features.multiMode) {
      this.#chooser.randomise(member.modes)
      this.#chooser.repair(member.modes, 4 * taskCount)
    }
    this.#evaluate(member, this.generator.canJustify)
    this.#accept(member, true)
  }

  #breed(): void {
    const random = this.#random
    const { taskCount, features } = this.#compiled
    const father = this.#tournament()
    let mother = this.#tournament()
    for (let attempt = 0; attempt < 3 && mother === father; attempt++) mother = this.#tournament()
    const child = this.#spare
    this.#cross(father, mother, child)
    this.#lists.move(child.list)
    if (features.multiMode) {
      const swaps = random.chance(0.5) ? 1 : 0
      for (let k = 0; k < swaps; k++) {
        const i = random.integer(0, taskCount - 1)
        child.modes[i] = random.integer(this.#compiled.modeStart[i]!, this.#compiled.modeStart[i + 1]! - 1)
      }
      if (random.chance(0.8)) this.#chooser.repair(child.modes, taskCount)
    }
    this.#evaluate(child)
    const improved = this.#accept(child, false)
    this.#idle = improved ? 0 : this.#idle + 1
    if (this.#idle > 60 * this.#size) this.#renew()
  }

  /** Keeps the best member and founds the others anew. */
  #renew(): void {
    this.#members.sort((a, b) => a.fitness - b.fitness)
    this.#members.length = Math.max(1, Math.floor(this.#size / 10))
    this.#idle = 0
    this.#founded = this.#members.length
  }

  #tournament(): Member {
    const a = this.#random.pick(this.#members)
    const b = this.#random.pick(this.#members)
    return a.fitness <= b.fitness ? a : b
  }

  /** The father's order inside his busiest window of a random length, the mother's outside. */
  #cross(father: Member, mother: Member, child: Member): void {
    const { taskCount } = this.#compiled
    const span = father.makespan
    const length = Math.max(1, Math.floor(span * (0.05 + 0.4 * this.#random.next())))
    const from = this.#random.chance(BUSIEST_SHARE)
      ? this.#busiestWindow(father, length)
      : this.#random.integer(0, Math.max(0, span - length))
    const to = from + length
    const key = this.#place
    // Three stretches of the list: what the mother starts before the window, the window, the rest.
    const stretch = Math.max(father.makespan, mother.makespan) + 1
    for (let i = 0; i < taskCount; i++) {
      const own = father.starts[i]!
      if (own >= from && own < to) {
        key[i] = stretch + own
        child.modes[i] = father.modes[i]!
        continue
      }
      const other = mother.starts[i]!
      child.modes[i] = mother.modes[i]!
      const before = other < from || (other < to && own < from)
      key[i] = before ? other : 2 * stretch + other
    }
    this.generator.sortByKey(key, this.#compiled.order!, this.#slots, false)
    this.#lists.behindPredecessors(this.#slots, child.list)
  }

  #evaluate(member: Member, parallel = false): void {
    const { generator } = this
    const { modes, list } = member
    let makespan = parallel ? generator.parallel(list, modes) : generator.serial(list, modes)
    const seen = this.#hashOf(generator.starts, modes)
    if (this.#seen.has(seen)) {
      member.fitness = Number.POSITIVE_INFINITY
      return
    }
    if (this.#seen.size >= 200_000) this.#seen.clear()
    this.#seen.add(seen)
    if (!isNoSchedule(makespan) && generator.canJustify) makespan = generator.justify(modes, makespan)
    member.makespan = makespan
    if (isNoSchedule(makespan)) {
      member.fitness = Number.POSITIVE_INFINITY
      return
    }
    member.starts.set(generator.starts)
    generator.listOfStarts(list)
    member.fitness = this.#fitness(member)
    member.hash = this.#hashOf(member.starts, modes)
  }

  #hashOf(starts: Int32Array, modes: Int32Array): number {
    let hash = 17
    for (let i = 0; i < starts.length; i++) hash = Math.imul(hash ^ (starts[i]! * 8191 + modes[i]!), 0x01000193)
    return hash
  }

  #fitness(member: Member): number {
    const { compiled } = this.generator
    const { weights, features, source } = compiled
    let broken = features.budgets ? this.#chooser.excess(member.modes) : 0
    if (source.maxMakespan !== undefined) broken += Math.max(0, member.makespan - source.maxMakespan)
    member.broken = broken
    if (
      features.makespanOnly &&
      !features.windows &&
      source.maxCost === undefined &&
      source.maxTardiness === undefined
    ) {
      return weights.makespan * member.makespan + PENALTY * broken
    }
    let cost = 0
    let tardiness = 0
    for (let i = 0; i < compiled.taskCount; i++) {
      const task = source.tasks[i]!
      const mode = member.modes[i]!
      const end = member.starts[i]! + compiled.duration[mode]!
      cost += compiled.cost[mode]!
      if (end > compiled.deadline[i]!) broken += end - compiled.deadline[i]!
      if (task.due === undefined) continue
      if (end > task.due) tardiness += (task.tardinessWeight ?? 1) * (end - task.due)
      else tardiness += (task.earlinessWeight ?? 0) * (task.due - end)
    }
    if (source.maxCost !== undefined) broken += Math.max(0, cost - source.maxCost)
    if (source.maxTardiness !== undefined) broken += Math.max(0, tardiness - source.maxTardiness)
    member.broken = broken
    return weights.makespan * member.makespan + weights.cost * cost + weights.tardiness * tardiness + PENALTY * broken
  }

  /** Puts the spare member into the population when it is new and good enough. @returns whether the best improved */
  #accept(member: Member, founding: boolean): boolean {
    if (!Number.isFinite(member.fitness)) return false
    let improved = false
    if (member.fitness < this.#bestFitness) {
      this.#bestFitness = member.fitness
      improved = true
      if (member.broken === 0) {
        this.best = {
          starts: Int32Array.from(member.starts),
          modes: Int32Array.from(member.modes),
          objective: member.fitness,
        }
      }
    }
    let worst = 0
    for (let k = 0; k < this.#members.length; k++) {
      const other = this.#members[k]!
      if (other.hash === member.hash && other.fitness === member.fitness) {
        if (!founding) return improved
        // A duplicate founder would halt the founding of small problems for ever; let it in.
        break
      }
      if (other.fitness > this.#members[worst]!.fitness) worst = k
    }
    if (this.#members.length < this.#size) this.#push(member)
    else if (member.fitness <= this.#members[worst]!.fitness) {
      const loser = this.#members[worst]!
      this.#members[worst] = member
      this.#spare = loser
    }
    return improved
  }

  #push(member: Member): void {
    this.#members.push(member)
    this.#spare = this.#blank()
  }

  /** Start of the window of the given length in which a schedule takes most of the resources. */
  #busiestWindow(member: Member, length: number): number {
    const span = member.makespan
    const utilisation = this.#utilisation
    this.generator.utilisation(member.starts, member.modes, span, utilisation)
    let sum = 0
    for (let t = 0; t < length; t++) sum += utilisation[t]!
    let best = sum
    let from = 0
    for (let t = length; t < span; t++) {
      sum += utilisation[t]! - utilisation[t - length]!
      if (sum > best) {
        best = sum
        from = t - length + 1
      }
    }
    return from
  }
}
