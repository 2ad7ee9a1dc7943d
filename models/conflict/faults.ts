/** Collects the faults of a problem given through the API, with path, value and remedy. */
import type { Issue } from '../../solvers/contract/index.ts'

type Path = readonly (string | number)[]

export class Faults {
  readonly issues: Issue[] = []

  add(code: string, path: Path, message: string, hint: string, value?: unknown): void {
    this.issues.push({ code, path, message, hint, ...(value === undefined ? {} : { value }) })
  }

  /** A finite number. */
  finite(value: number, path: Path): void {
    if (Number.isFinite(value)) return
    this.add('not-a-number', path, `${value} is not a finite number`, 'give a finite number', value)
  }

  /** A finite number >= 0. */
  amount(value: number, path: Path): void {
    if (Number.isFinite(value) && value >= 0) return
    this.add('out-of-range', path, `${value} is not a number >= 0`, 'give a finite number >= 0', value)
  }

  /** A name among the known ones. */
  known(name: string, names: ReadonlySet<string>, path: Path): void {
    if (names.has(name)) return
    this.add('unknown-name', path, `there is no "${name}"`, `use one of: ${[...names].slice(0, 12).join(', ')}`, name)
  }

  /** Names that must differ; returns them as a set. */
  distinct(names: readonly string[], path: (index: number) => Path): ReadonlySet<string> {
    const seen = new Set<string>()
    names.forEach((name, index) => {
      if (seen.has(name)) this.add('duplicate', path(index), `"${name}" appears twice`, 'give each its own name', name)
      seen.add(name)
    })
    return seen
  }
}
