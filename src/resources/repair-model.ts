/** The plan to be repaired as a scheduling problem, and the way back. See repair.ts for what it means. */
import { UnsupportedError } from '../../solvers/contract/index.ts'
import type { ChoiceLimit, Lag, SchedulingProblem, SchedulingTask, TaskMode } from '../../solvers/scheduling/index.ts'
import type { Resource, ResourceRequirement } from '../domain/resource.ts'
import type { InsertableAction, RepairChange, RepairOptions, StepMode, StepReplacement } from './repair-types.ts'
import { orderOf, replacementChoices } from './replacement.ts'
import type { ResourceStep } from './steps.ts'
import { type PlanLimits, planCost } from './violations.ts'

/** The plan as a scheduling problem and the way back. */
export class RepairModel {
  /** False when an amount had to be taken earlier or held longer than it is. */
  exact = true
  readonly #steps: readonly ResourceStep[]
  readonly #resources: readonly Resource[]
  readonly #limits: PlanLimits
  readonly #options: RepairOptions
  readonly #modes: StepMode[][] = []
  readonly #inserted: { readonly id: string; readonly action: InsertableAction }[] = []
  /** Only those of steps that are not fixed. */
  readonly #replacements: readonly StepReplacement[]
  readonly #timeScale: number
  readonly #amountScale: number
  readonly #costScale: number

  constructor(
    steps: readonly ResourceStep[],
    resources: readonly Resource[],
    limits: PlanLimits,
    options: RepairOptions,
  ) {
    this.#steps = steps
    this.#resources = resources
    this.#limits = limits
    this.#options = options
    for (const step of steps) {
      const own: StepMode = { ...step, id: 'as planned', duration: step.end - step.start }
      this.#modes.push([own, ...(options.alternatives?.[step.id] ?? [])])
    }
    for (const action of options.insertable ?? []) {
      for (let k = 1; k <= (action.times ?? 2); k++) {
        this.#inserted.push({ id: k === 1 ? action.id : `${action.id} ${k}`, action })
        this.#modes.push([action])
      }
    }
    const fixed = new Set(options.fixed ?? [])
    const known = new Set(steps.map((step) => step.id))
    this.#replacements = (options.replacements ?? []).filter(
      (own) => own.by.length > 0 && own.replaces.every((id) => known.has(id) && !fixed.has(id)),
    )
    for (const mode of this.#replacements.flatMap((own) => own.by)) this.#modes.push([mode])
    const all = this.#modes.flat()
    this.#timeScale = scaleOf(
      [
        ...all.map((mode) => mode.duration),
        ...steps.flatMap((step) => [step.start, ...(step.deadline === undefined ? [] : [step.deadline])]),
        ...(limits.deadline === undefined ? [] : [limits.deadline]),
        ...(limits.precedence ?? []).map((entry) => entry[2] ?? 0),
        ...(options.supplies ?? []).flatMap((supply) => ('at' in supply ? [supply.at] : [supply.from, supply.to])),
      ],
      'times',
    )
    this.#amountScale = scaleOf(
      [
        ...all.flatMap((mode) => [...mode.requires, ...mode.produces].map((r) => r.amount)),
        ...resources.flatMap((resource) => [
          resource.initial,
          ...(resource.capacity === null ? [] : [resource.capacity]),
        ]),
        ...(options.supplies ?? []).map((supply) =>
          'at' in supply ? supply.amount : supply.rate * (supply.to - supply.from),
        ),
      ],
      'amounts',
    )
    this.#costScale = scaleOf(
      [
        ...all.map((mode) => this.#modeCost(mode)),
        ...(limits.budget === undefined ? [] : [limits.budget]),
        ...Object.values(options.soft ?? {}),
      ],
      'costs',
    )
  }

  /** Fewest changes, then least cost. */
  problem(): SchedulingProblem {
    const soft = this.#options.soft ?? {}
    const fixed = new Set(this.#options.fixed ?? [])
    const tasks: SchedulingTask[] = this.#steps.map((step, i) => {
      const stays = fixed.has(step.id)
      const start = Math.round(step.start * this.#timeScale)
      const end = Math.round(step.end * this.#timeScale)
      const deadline = stays
        ? end
        : step.deadline === undefined
          ? undefined
          : Math.floor(step.deadline * this.#timeScale)
      const modes = stays ? [this.#modes[i]![0]!] : this.#modes[i]!
      return {
        id: step.id,
        modes: modes.map((mode) => this.#taskMode(mode)),
        planned: { start, mode: 0 },
        ...(stays ? { release: start } : {}),
        ...(deadline === undefined ? {} : { deadline }),
        ...(step.id in soft && !stays ? { optional: true, value: Math.round(soft[step.id]! * this.#costScale) } : {}),
        ...(this.#replacements.some((own) => own.replaces.includes(step.id)) ? { optional: true } : {}),
      }
    })
    this.#inserted.forEach(({ id, action }) => {
      tasks.push({ id, modes: [this.#taskMode(action)], optional: true, planned: null })
    })
    for (const mode of this.#parts()) tasks.push({ id: mode.id, modes: [this.#taskMode(mode)], optional: true })
    const cost = tasks.reduce(
      (sum, task) => sum + (task.value ?? 0) + Math.max(0, ...task.modes.map((mode) => mode.cost ?? 0)),
      1,
    )
    if (cost > 1_000_000) {
      throw new UnsupportedError(
        'large costs',
        `costs add up to ${cost / this.#costScale}, which is too fine a scale`,
        {
          hint: 'give costs in a larger unit',
        },
      )
    }
    return { ...this.#frame(tasks), objective: { changes: cost, cost: 1, value: 1 } }
  }

  /** The same choices; moved steps as near to their old times as possible. */
  nearest(starts: Int32Array, modes: Int32Array): SchedulingProblem {
    const base = this.problem()
    const tasks = base.tasks.map((task, i): SchedulingTask => {
      const mode = modes[i]!
      if (mode < 0) return { id: task.id, modes: [{ duration: 0 }] }
      const { planned } = task
      if (planned === undefined) return { ...task, optional: false }
      const kept = planned != null && planned.start === starts[i] && planned.mode === mode
      const own = task.modes[mode]!
      const end = (planned?.start ?? starts[i]!) + own.duration
      return {
        id: task.id,
        modes: [own],
        due: end,
        earlinessWeight: 1,
        ...(kept
          ? { release: starts[i]!, deadline: end }
          : task.deadline === undefined
            ? {}
            : { deadline: task.deadline }),
      }
    })
    // A dropped step binds nobody.
    const lags = (base.lags ?? []).filter((lag) => modes[lag.before]! >= 0 && modes[lag.after]! >= 0)
    return { ...base, tasks, lags, choices: [], objective: { tardiness: 1 } }
  }

  decode(starts: Int32Array, modes: Int32Array): { steps: ResourceStep[]; changes: RepairChange[] } {
    const steps: ResourceStep[] = []
    const changes: RepairChange[] = []
    const time = (units: number): number => units / this.#timeScale
    this.#steps.forEach((step, i) => {
      const start = time(starts[i]!)
      if (modes[i]! < 0 && this.#replacedBy(step.id, modes) !== undefined) return
      if (modes[i]! < 0) {
        changes.push({ kind: 'drop', step: step.id, message: `${step.id} is left out` })
        return
      }
      const mode = this.#modes[i]![modes[i]!]!
      const { requires, produces, cost } = mode
      steps.push({
        ...step,
        start,
        end: start + mode.duration,
        requires,
        produces,
        ...(cost === undefined ? {} : { cost }),
      })
      if (mode !== this.#modes[i]![0]) {
        changes.push({ kind: 'switch-mode', step: step.id, message: `${step.id} is done as ${mode.id}` })
      } else if (Math.abs(start - step.start) > 1e-9) {
        const kind = start > step.start ? 'delay' : 'advance'
        changes.push({ kind, step: step.id, message: `${step.id} starts at ${start} instead of ${step.start}` })
      }
    })
    this.#inserted.forEach(({ id, action }, k) => {
      const i = this.#steps.length + k
      if (modes[i]! < 0) return
      const start = time(starts[i]!)
      const { duration, requires, produces, cost } = action
      steps.push({ id, start, end: start + duration, requires, produces, ...(cost === undefined ? {} : { cost }) })
      changes.push({ kind: 'insert', step: id, message: `${id} is added at ${start}` })
    })
    this.#replacements.forEach((own) => {
      if (modes[this.#partAt(own.by[0]!.id)]! < 0) return
      const names = own.by.map((mode) => mode.id).join(', ')
      changes.push({
        kind: own.kind,
        step: own.replaces.join(', '),
        message: `${own.replaces.join(', ')} is done ${own.kind === 'split' ? '' : 'by '}${own.id}: ${names}`,
      })
      for (const mode of own.by) {
        const start = time(starts[this.#partAt(mode.id)]!)
        const { id, duration, requires, produces, cost } = mode
        steps.push({ id, start, end: start + duration, requires, produces, ...(cost === undefined ? {} : { cost }) })
      }
    })
    steps.sort((a, b) => a.start - b.start)
    return { steps, changes }
  }

  /** Steps of replacements, after those of the plan and those that may be inserted. */
  #parts(): readonly StepMode[] {
    return this.#replacements.flatMap((own) => own.by)
  }

  #partAt(id: string): number {
    return this.#steps.length + this.#inserted.length + this.#parts().findIndex((mode) => mode.id === id)
  }

  #replacedBy(id: string, modes: Int32Array): StepReplacement | undefined {
    return this.#replacements.find((own) => own.replaces.includes(id) && modes[this.#partAt(own.by[0]!.id)]! >= 0)
  }

  /** The tasks that stand for a step: itself, and what it may be replaced by. */
  #standIns(id: string, index: ReadonlyMap<string, number>): number[] {
    const parts = this.#replacements.filter((own) => own.replaces.includes(id)).flatMap((own) => own.by)
    const own = index.get(id)
    return [...(own === undefined ? [] : [own]), ...parts.map((mode) => this.#partAt(mode.id))]
  }

  #lags(): Lag[] {
    const index = new Map(this.#steps.map((step, i) => [step.id, i]))
    const limits = (this.#limits.precedence ?? []).flatMap(([first, second, lag = 0]): Lag[] =>
      this.#standIns(first, index).flatMap((before) =>
        this.#standIns(second, index).map((after) => ({ before, after, min: Math.ceil(lag * this.#timeScale) })),
      ),
    )
    const inside = this.#replacements.flatMap((own) =>
      orderOf(own).map(
        ([before, after]): Lag => ({ before: this.#partAt(before), after: this.#partAt(after), min: 0 }),
      ),
    )
    // What replaces both ends of an ordering keeps its own order.
    const owner = (task: number): StepReplacement | undefined =>
      this.#replacements.find((own) => own.by.some((mode) => this.#partAt(mode.id) === task))
    const between = limits.filter(({ before, after }) => owner(before) === undefined || owner(before) !== owner(after))
    return [...between, ...inside]
  }

  #choices(): ChoiceLimit[] {
    const index = new Map(this.#steps.map((step, i) => [step.id, i]))
    for (const mode of this.#parts()) index.set(mode.id, this.#partAt(mode.id))
    return replacementChoices(this.#replacements, index, (id) => id in (this.#options.soft ?? {}))
  }

  #frame(tasks: SchedulingTask[]): SchedulingProblem {
    const held = this.#resources.filter((resource) => resource.type === 'reusable')
    const stocks = this.#resources.filter((resource) => resource.type !== 'reusable')
    const amount = (value: number): number => Math.round(value * this.#amountScale)
    for (const supply of this.#options.supplies ?? []) tasks.push(this.#supplyTask(supply, stocks))
    const { deadline, budget } = this.#limits
    return {
      tasks,
      renewables: held.map((r) => ({ id: r.id, capacity: amount(r.capacity ?? r.initial) })),
      stocks: stocks.map((r) => ({
        id: r.id,
        initial: amount(r.initial),
        ...(r.capacity === null || this.#options.overflow === 'spill' ? {} : { capacity: amount(r.capacity) }),
      })),
      lags: this.#lags(),
      choices: this.#choices(),
      ...(deadline === undefined ? {} : { maxMakespan: Math.floor(deadline * this.#timeScale) }),
      ...(budget === undefined ? {} : { maxCost: Math.floor(budget * this.#costScale) }),
    }
  }

  #supplyTask(supply: NonNullable<RepairOptions['supplies']>[number], stocks: readonly Resource[]): SchedulingTask {
    const total = 'at' in supply ? supply.amount : supply.rate * (supply.to - supply.from)
    // A steady supply counts when it is complete, a steady drain from its beginning.
    const at = 'at' in supply ? supply.at : total > 0 ? supply.to : supply.from
    if (!('at' in supply)) this.exact = false
    const amounts = stocks.map((r) => (r.id === supply.resource ? Math.round(Math.abs(total) * this.#amountScale) : 0))
    const time = Math.round(at * this.#timeScale)
    const mode = { duration: 0, ...(total >= 0 ? { produces: amounts } : { consumes: amounts }) }
    return { id: supply.id, modes: [mode], release: time, deadline: time }
  }

  #taskMode(mode: StepMode): TaskMode {
    const held = this.#resources.filter((resource) => resource.type === 'reusable')
    const stocks = this.#resources.filter((resource) => resource.type !== 'reusable')
    const sum = (list: readonly ResourceRequirement[], id: string, plain: ResourceRequirement['when']): number => {
      let total = 0
      for (const r of list) {
        if (r.resource !== id) continue
        total += r.amount
        if (r.when !== plain && mode.duration > 0) this.exact = false
      }
      return Math.round(total * this.#amountScale)
    }
    return {
      id: mode.id,
      duration: Math.round(mode.duration * this.#timeScale),
      demands: held.map((r) => sum(mode.requires, r.id, 'duration')),
      consumes: stocks.map((r) => sum(mode.requires, r.id, 'start')),
      produces: stocks.map((r) => sum(mode.produces, r.id, 'end')),
      cost: Math.round(this.#modeCost(mode) * this.#costScale),
    }
  }

  #modeCost(mode: StepMode): number {
    return planCost([{ ...mode, start: 0, end: mode.duration }], this.#resources)
  }
}

/** 1, 10, 100 or 1000: the least factor that makes all values whole. */
function scaleOf(values: readonly number[], what: string): number {
  for (const scale of [1, 10, 100, 1000]) {
    if (values.every((value) => Math.abs(value * scale - Math.round(value * scale)) < 1e-6)) return scale
  }
  throw new UnsupportedError(`fine ${what}`, `the ${what} of the plan need more than three decimals`, {
    hint: `round the ${what} or give them in a smaller unit`,
  })
}
