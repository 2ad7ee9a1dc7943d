/** Requests that are under way, or were recorded and not made yet: found by kind and key without building names. */
import type { Request } from './history.ts'

/** Keeps it among what is under way until it is over. It is never over before the caller has put it there. */
export async function untilOver<T>(work: Promise<T>, pending: Map<string, unknown>, key: string): Promise<T> {
  try {
    return await work
  } finally {
    pending.delete(key)
  }
}

/** Things by kind and key of the request they belong to. */
export class ByRequest<Thing> {
  readonly #decisions = new Map<string, Thing>()
  readonly #observations = new Map<string, Thing>()
  readonly #actions = new Map<string, Thing>()
  readonly #questions = new Map<string, Thing>()

  of(kind: Request['kind']): Map<string, Thing> {
    if (kind === 'action') return this.#actions
    if (kind === 'decision') return this.#decisions
    return kind === 'observation' ? this.#observations : this.#questions
  }

  kinds(): readonly Map<string, Thing>[] {
    return [this.#decisions, this.#observations, this.#actions, this.#questions]
  }
}

export function nameOf({ kind, key }: Pick<Request, 'kind' | 'key'>): string {
  return `${kind} ${key}`
}
