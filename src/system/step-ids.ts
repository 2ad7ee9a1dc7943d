/** Ids of steps and decomposition nodes: a name keeps its id from one version of a plan to the next, new names get new ids. */
export class StepIds {
  readonly #ids: Map<string, number>
  #next: number

  /** @param known names that have an id already, e.g. the steps of the plan in force */
  constructor(known: Iterable<readonly [string, number]> = []) {
    this.#ids = new Map(known)
    this.#next = Math.max(-1, ...this.#ids.values()) + 1
  }

  of(name: string): number {
    const known = this.#ids.get(name)
    if (known !== undefined) return known
    const id = this.#next++
    this.#ids.set(name, id)
    return id
  }
}
