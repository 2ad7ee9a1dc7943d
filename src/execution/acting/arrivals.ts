/** Tasks that have arrived and are not on the agenda yet; of a durable run also those that are not on record yet. */
import { PlannerError } from '../../../solvers/contract/index.ts'
import type { Call } from './domain.ts'

/** A task with its number and the round in which it arrives. */
export interface Arrival {
  readonly id: number
  readonly call: Call
  readonly round: number
  /** Tasks with the same key are one task; null for a task of its own. */
  readonly key: string | null
}

export class Arrivals {
  readonly #known: Arrival[] = []
  readonly #inbox: Omit<Arrival, 'id'>[] = []
  /** Numbers of tasks by their keys. */
  readonly #keys = new Map<string, number>()
  #next = 0
  #wake: () => void = () => undefined
  #over = false

  /** Whether no task is known to arrive. */
  get none(): boolean {
    return this.#known.length === 0
  }

  /** The round in which the next one arrives; infinite when none is known. */
  get earliest(): number {
    return Math.min(...this.#known.map(({ round }) => round))
  }

  /**
   * @param recorded whether it has to be on record before it is known
   * @returns its number; null while it has none
   * @throws PlannerError `late-task` when the run is over
   */
  submit(task: Omit<Arrival, 'id'>, recorded: boolean): number | null {
    const { key, call } = task
    const known = key === null ? undefined : this.#keys.get(key)
    if (known !== undefined) return known
    if (this.#over)
      throw new PlannerError('late-task', `${call.name} arrives when the durable run is over`, {
        hint: 'submit it to another engine on the same run, with another `plan`',
      })
    const waits = key !== null && this.#inbox.some((other) => other.key === key)
    if (!waits && recorded) this.#inbox.push(task)
    const id = this.#next
    if (!recorded) this.know({ ...task, id })
    this.#wake()
    return recorded ? null : id
  }

  know(task: Arrival): void {
    this.#known.push(task)
    this.#next = Math.max(this.#next, task.id + 1)
    if (task.key !== null) this.#keys.set(task.key, task.id)
  }

  /** Those of a round and of earlier ones; taken once. */
  due(round: number): Arrival[] {
    const due = this.#known.filter((task) => task.round <= round)
    for (const task of due) this.#known.splice(this.#known.indexOf(task), 1)
    return due
  }

  /** What is to be put on record; taken once. */
  unrecorded(): readonly Arrival[] {
    const fresh = this.#inbox.splice(0).filter(({ key }) => key === null || !this.#keys.has(key))
    return fresh.map((task, index) => ({ ...task, id: this.#next + index }))
  }

  /** The same when nothing else is left to do: if there is nothing, the run is over. */
  last(): readonly Arrival[] {
    const tasks = this.unrecorded()
    this.#over = tasks.length === 0
    return tasks
  }

  /** The run was over at this point before. */
  end(): void {
    this.#over = true
  }

  /** Resolves when a task has been submitted. */
  woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      if (this.#inbox.length > 0) resolve()
    })
  }
}
