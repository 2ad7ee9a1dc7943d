/**
 * The independent judge of a schedule: reads the problem as it was given and replays the schedule event by event.
 * Shares nothing with the compiled form or the engines. Cost: O(n log n) for each resource, O(g^2) for a no-overlap group.
 */
import type { Lag, NoOverlap, Schedule, SchedulingProblem, TaskMode } from './problem.ts'

export interface ScheduleFault {
  readonly kind:
    | 'mode'
    | 'duration'
    | 'window'
    | 'lag'
    | 'capacity'
    | 'budget'
    | 'stock'
    | 'overflow'
    | 'overlap'
    | 'choice'
    | 'limit'
    | 'objective'
  /** One sentence in the problem's own names. */
  readonly message: string
  /** Responsible tasks, as indices. */
  readonly tasks: readonly number[]
  /** Name of the resource, for resource faults. */
  readonly resource?: string
  /** First instant and end of the violated interval. */
  readonly from?: number
  readonly to?: number
  /** Needed minus available at the worst instant. */
  readonly excess?: number
}

interface Event {
  readonly time: number
  readonly change: number
  readonly task: number
}

/** Every fault of the schedule; empty when it satisfies the problem. */
export function verifySchedule(problem: SchedulingProblem, schedule: Schedule): ScheduleFault[] {
  const faults: ScheduleFault[] = []
  const modes = problem.tasks.map((task, i) => task.modes[schedule.modes[i]!])
  const present = (i: number): boolean => schedule.modes[i] !== -1
  const start = (i: number): number => schedule.starts[i]!
  const end = (i: number): number => schedule.ends[i]!
  const name = (i: number): string => problem.tasks[i]!.id

  problem.tasks.forEach((task, i) => {
    if (!present(i)) {
      if (task.optional !== true) faults.push({ kind: 'mode', message: `task ${task.id} is left out`, tasks: [i] })
      return
    }
    const mode = modes[i]
    if (mode === undefined) {
      faults.push({ kind: 'mode', message: `task ${task.id} has no mode ${schedule.modes[i]}`, tasks: [i] })
      return
    }
    if (end(i) - start(i) !== mode.duration) {
      faults.push({
        kind: 'duration',
        message: `task ${task.id} takes ${end(i) - start(i)} instead of ${mode.duration}`,
        tasks: [i],
      })
    }
    if (start(i) < (task.release ?? 0)) {
      faults.push({
        kind: 'window',
        message: `task ${task.id} starts at ${start(i)}, before its release ${task.release ?? 0}`,
        tasks: [i],
      })
    }
    if (task.deadline !== undefined && end(i) > task.deadline) {
      faults.push({
        kind: 'window',
        message: `task ${task.id} ends at ${end(i)}, after its deadline ${task.deadline}`,
        tasks: [i],
      })
    }
  })

  for (const lag of problem.lags ?? []) {
    if (!present(lag.before) || !present(lag.after)) continue
    const fault = lagFault(lag, start, end, name)
    if (fault !== null) faults.push(fault)
  }

  problem.renewables?.forEach((resource, r) => {
    const events = eventsOf(modes, present, (mode, i) => {
      const amount = mode.demands?.[r] ?? 0
      return [
        { time: start(i), change: amount, task: i },
        { time: end(i), change: -amount, task: i },
      ]
    })
    for (const gap of resource.reductions ?? []) {
      events.push({ time: gap.start, change: gap.amount, task: -1 }, { time: gap.end, change: -gap.amount, task: -1 })
    }
    for (const period of overloads(events, resource.capacity, true)) {
      faults.push({
        kind: 'capacity',
        message: `${resource.id} needs ${period.level} of ${resource.capacity} from ${period.from} to ${period.to}`,
        tasks: period.tasks,
        resource: resource.id,
        from: period.from,
        to: period.to,
        excess: period.level - resource.capacity,
      })
    }
  })

  problem.budgets?.forEach((budget, b) => {
    let total = 0
    const users: number[] = []
    modes.forEach((mode, i) => {
      const amount = present(i) ? (mode?.uses?.[b] ?? 0) : 0
      total += amount
      if (amount > 0) users.push(i)
    })
    if (total <= budget.capacity) return
    faults.push({
      kind: 'budget',
      message: `budget ${budget.id} needs ${total} of ${budget.capacity}`,
      tasks: users,
      resource: budget.id,
      excess: total - budget.capacity,
    })
  })

  problem.stocks?.forEach((stock, q) => {
    const events = eventsOf(modes, present, (mode, i) => [
      { time: start(i), change: mode.consumes?.[q] ?? 0, task: i },
      { time: end(i), change: -(mode.produces?.[q] ?? 0), task: i },
    ])
    for (const period of overloads(events, stock.initial, false)) {
      faults.push({
        kind: 'stock',
        message: `stock ${stock.id} is short of ${period.level - stock.initial} from ${period.from}`,
        tasks: period.tasks,
        resource: stock.id,
        from: period.from,
        to: period.to,
        excess: period.level - stock.initial,
      })
    }
    if (stock.capacity === undefined) return
    const rising = events.map((event) => ({ ...event, change: -event.change }))
    const room = stock.capacity - stock.initial
    for (const period of overloads(rising, room, false)) {
      faults.push({
        kind: 'overflow',
        message: `stock ${stock.id} overflows by ${period.level - room} from ${period.from}`,
        tasks: period.tasks,
        resource: stock.id,
        from: period.from,
        to: period.to,
        excess: period.level - room,
      })
    }
  })

  for (const { id, terms, most } of problem.choices ?? []) {
    const holds = ({ task, mode }: { readonly task: number; readonly mode?: number }): boolean =>
      present(task) && (mode === undefined || schedule.modes[task] === mode)
    const counted = terms.filter(holds)
    const sum = counted.reduce((total, term) => total + term.coefficient, 0)
    if (sum <= most) continue
    faults.push({
      kind: 'choice',
      message: `${id} counts ${sum}, at most ${most}`,
      tasks: counted.map((term) => term.task),
      excess: sum - most,
    })
  }

  for (const group of problem.noOverlaps ?? []) faults.push(...overlapFaults(group, present, start, end, name))
  faults.push(...totalFaults(problem, schedule, modes, present))
  return faults
}

function eventsOf(
  modes: readonly (TaskMode | undefined)[],
  present: (i: number) => boolean,
  make: (mode: TaskMode, i: number) => Event[],
): Event[] {
  return modes
    .flatMap((mode, i) => (mode !== undefined && present(i) ? make(mode, i) : []))
    .filter((e) => e.change !== 0)
}

function lagFault(
  lag: Lag,
  start: (i: number) => number,
  end: (i: number) => number,
  name: (i: number) => string,
): ScheduleFault | null {
  const [first, second] = (lag.kind ?? 'finish-start').split('-')
  const a = first === 'finish' ? end(lag.before) : start(lag.before)
  const b = second === 'finish' ? end(lag.after) : start(lag.after)
  const gap = b - a
  const min = lag.min ?? (lag.max === undefined ? 0 : Number.NEGATIVE_INFINITY)
  const max = lag.max ?? Number.POSITIVE_INFINITY
  if (gap >= min && gap <= max) return null
  const wanted = gap < min ? `at least ${min}` : `at most ${max}`
  return {
    kind: 'lag',
    message: `${first} of ${name(lag.before)} to ${second === 'finish' ? 'finish' : 'start'} of ${name(lag.after)} is ${gap}, wanted ${wanted}`,
    tasks: [lag.before, lag.after],
    excess: gap < min ? min - gap : gap - max,
  }
}

interface Overload {
  readonly from: number
  readonly to: number
  readonly level: number
  readonly tasks: readonly number[]
}

/**
 * Maximal intervals in which the running sum of the changes exceeds the limit. Changes at one instant act together.
 * @param held true when a falling change takes its task off the list of those responsible
 */
function overloads(events: readonly Event[], limit: number, held: boolean): Overload[] {
  const sorted = [...events].sort((a, b) => a.time - b.time)
  const found: Overload[] = []
  const running = new Set<number>()
  let level = 0
  let open: { from: number; level: number; tasks: Set<number> } | null = null
  for (let k = 0; k < sorted.length; ) {
    const time = sorted[k]!.time
    for (; k < sorted.length && sorted[k]!.time === time; k++) {
      const event = sorted[k]!
      level += event.change
      if (event.task < 0) continue
      if (event.change > 0) running.add(event.task)
      else if (held) running.delete(event.task)
    }
    if (level > limit) {
      open ??= { from: time, level, tasks: new Set() }
      open.level = Math.max(open.level, level)
      for (const task of running) open.tasks.add(task)
    } else if (open !== null) {
      found.push({ from: open.from, to: time, level: open.level, tasks: [...open.tasks].sort((a, b) => a - b) })
      open = null
    }
  }
  if (open !== null) {
    found.push({
      from: open.from,
      to: Number.POSITIVE_INFINITY,
      level: open.level,
      tasks: [...open.tasks].sort((a, b) => a - b),
    })
  }
  return found
}

function overlapFaults(
  group: NoOverlap,
  present: (i: number) => boolean,
  start: (i: number) => number,
  end: (i: number) => number,
  name: (i: number) => string,
): ScheduleFault[] {
  const faults: ScheduleFault[] = []
  for (let a = 0; a < group.tasks.length; a++) {
    for (let b = a + 1; b < group.tasks.length; b++) {
      const i = group.tasks[a]!
      const j = group.tasks[b]!
      if (!present(i) || !present(j)) continue
      const forward = start(j) - end(i) - (group.setup?.[a]?.[b] ?? 0)
      const backward = start(i) - end(j) - (group.setup?.[b]?.[a] ?? 0)
      if (forward >= 0 || backward >= 0) continue
      faults.push({
        kind: 'overlap',
        message: `${name(i)} and ${name(j)} overlap on ${group.id}`,
        tasks: [i, j],
        resource: group.id,
        from: Math.max(start(i), start(j)),
        to: Math.min(end(i), end(j)),
        excess: Math.min(-forward, -backward),
      })
    }
  }
  return faults
}

function totalFaults(
  problem: SchedulingProblem,
  schedule: Schedule,
  modes: readonly (TaskMode | undefined)[],
  present: (i: number) => boolean,
): ScheduleFault[] {
  let makespan = 0
  let cost = 0
  let tardiness = 0
  let lost = 0
  let changes = 0
  problem.tasks.forEach((task, i) => {
    const { planned } = task
    if (planned === null) changes += present(i) ? 1 : 0
    else if (planned !== undefined && (schedule.starts[i] !== planned.start || schedule.modes[i] !== planned.mode))
      changes++
    if (!present(i)) {
      lost += task.value ?? 0
      return
    }
    const end = schedule.ends[i]!
    makespan = Math.max(makespan, end)
    cost += modes[i]?.cost ?? 0
    if (task.due === undefined) return
    tardiness += (task.tardinessWeight ?? 1) * Math.max(0, end - task.due)
    tardiness += (task.earlinessWeight ?? 0) * Math.max(0, task.due - end)
  })
  const weights = problem.objective ?? { makespan: 1 }
  const objective =
    (weights.makespan ?? 0) * makespan +
    (weights.cost ?? 0) * cost +
    (weights.tardiness ?? 0) * tardiness +
    (weights.value ?? 0) * lost +
    (weights.changes ?? 0) * changes
  const faults: ScheduleFault[] = []
  const limits = [
    ['makespan', makespan, problem.maxMakespan],
    ['cost', cost, problem.maxCost],
    ['tardiness', tardiness, problem.maxTardiness],
  ] as const
  for (const [what, value, limit] of limits) {
    if (limit === undefined || value <= limit) continue
    faults.push({ kind: 'limit', message: `the ${what} ${value} exceeds ${limit}`, tasks: [], excess: value - limit })
  }
  const claims = [
    ['makespan', schedule.makespan, makespan],
    ['cost', schedule.cost, cost],
    ['tardiness', schedule.tardiness, tardiness],
    ['changes', schedule.changes, changes],
    ['objective', schedule.objective, objective],
  ] as const
  for (const [what, claimed, value] of claims) {
    if (claimed === value) continue
    faults.push({ kind: 'objective', message: `the ${what} is ${value}, not ${claimed}`, tasks: [] })
  }
  return faults
}
