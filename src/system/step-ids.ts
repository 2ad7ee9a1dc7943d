/** Ids of steps and decomposition nodes that stay the same from one version of a plan to the next. */
export class StepIds {
  readonly #ids = new Map<string, number>()

  /** The id of a unit, a sensing or a task, by name; a new one when the name is new. */
  of(name: string): number {
    const known = this.#ids.get(name)
    if (known !== undefined) return known
    const id = this.#ids.size
    this.#ids.set(name, id)
    return id
  }
}
