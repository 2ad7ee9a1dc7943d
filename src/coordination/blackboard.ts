/**
 * Common knowledge: a store of values with versions. An agent reads a snapshot, and writes by saying which version it has read; a write
 * on an older version is refused with both values (compare and set), so that nothing is overwritten unseen. Nothing is forgotten: every
 * entry keeps its history.
 */

/** Plain JSON. */
export type BoardValue =
  | null
  | boolean
  | number
  | string
  | readonly BoardValue[]
  | { readonly [name: string]: BoardValue }

export interface BoardEntry {
  readonly key: string
  readonly value: BoardValue
  /** 1 for the first write. */
  readonly version: number
  readonly writer: string
  /** Number of the write on the whole board, from 1 on. */
  readonly at: number
}

export type BoardWrite =
  | { readonly status: 'written'; readonly entry: BoardEntry }
  /** Somebody wrote since: `current` stands, `refused` was not written. Read it, decide anew, write on its version. */
  | {
      readonly status: 'conflict'
      readonly key: string
      readonly current: BoardEntry | null
      readonly refused: { readonly value: BoardValue; readonly writer: string; readonly expected: number }
    }

export interface BoardSnapshot {
  /** Number of the last write that it shows. */
  readonly at: number
  readonly entries: ReadonlyMap<string, BoardEntry>
}

export class Blackboard {
  readonly #history = new Map<string, BoardEntry[]>()
  readonly #writes: BoardEntry[] = []
  readonly #listeners = new Map<string, Set<(entry: BoardEntry) => void>>()

  read(key: string): BoardEntry | null {
    return this.#history.get(key)?.at(-1) ?? null
  }

  /** All entries as they stand; later writes do not show in it. */
  snapshot(): BoardSnapshot {
    const entries = new Map([...this.#history].map(([key, history]) => [key, history.at(-1) as BoardEntry]))
    return { at: this.#writes.length, entries }
  }

  /** @param expected the version that the writer has read; 0 when there was no entry */
  write(key: string, value: BoardValue, writer: string, expected: number): BoardWrite {
    const current = this.read(key)
    if ((current?.version ?? 0) !== expected)
      return { status: 'conflict', key, current, refused: { value, writer, expected } }
    const entry: BoardEntry = {
      key,
      value: structuredClone(value),
      version: expected + 1,
      writer,
      at: this.#writes.length + 1,
    }
    const history = this.#history.get(key)
    if (history === undefined) this.#history.set(key, [entry])
    else history.push(entry)
    this.#writes.push(entry)
    for (const listener of this.#listeners.get(key) ?? []) listener(entry)
    return { status: 'written', entry }
  }

  /** Several writes, all or none: refused as a whole when one of the versions is old, or a key stands twice. */
  writeAll(
    changes: readonly { readonly key: string; readonly value: BoardValue; readonly expected: number }[],
    writer: string,
  ): readonly BoardWrite[] {
    const stale = changes.filter(
      ({ key, expected }, k) =>
        (this.read(key)?.version ?? 0) !== expected || changes.findIndex((one) => one.key === key) !== k,
    )
    if (stale.length > 0) {
      return stale.map(({ key, value, expected }) => ({
        status: 'conflict' as const,
        key,
        current: this.read(key),
        refused: { value, writer, expected },
      }))
    }
    return changes.map(({ key, value, expected }) => this.write(key, value, writer, expected))
  }

  /** Every value the entry has had, the first one first. */
  history(key: string): readonly BoardEntry[] {
    return this.#history.get(key) ?? []
  }

  /** All writes in order; with `since` only those after that number. */
  log(since = 0): readonly BoardEntry[] {
    return this.#writes.slice(since)
  }

  /** Calls back on every later write of the key. @returns how to stop it */
  subscribe(key: string, listener: (entry: BoardEntry) => void): () => void {
    const listeners = this.#listeners.get(key) ?? new Set()
    listeners.add(listener)
    this.#listeners.set(key, listeners)
    return () => listeners.delete(listener)
  }
}
