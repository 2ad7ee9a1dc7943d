/** Collects what is wrong with a plan; a bounded number, so that a broken file stays readable. */
import type { Issue } from '../../solvers/contract/index.ts'

const MOST_FAULTS = 50

export class Faults {
  readonly issues: Issue[] = []

  get none(): boolean {
    return this.issues.length === 0
  }

  add(code: string, path: readonly (string | number)[], message: string, hint: string): void {
    if (this.issues.length < MOST_FAULTS) this.issues.push({ code, path, message, hint })
  }
}
