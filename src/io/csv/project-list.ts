/**
 * A project as a table: one row a task, columns by their heads. `task` (or `id`) and `duration` are needed; `cost`, `after`
 * (names of tasks, parted by `;` or `|`), `release`, `deadline`, `due`, `weight` and `optional` (yes or no) may be left out. Any
 * other column is a reusable resource and its cells how much of it is held; its capacity stands in its head: `crew (5)`.
 */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'
import type { Precedence, ProjectProblem, ProjectTask } from '../../domain/project.ts'
import { type Resource, reusableResource } from '../../domain/resource.ts'
import { type Cell, readRecords } from './records.ts'

const KNOWN = ['task', 'id', 'duration', 'cost', 'after', 'release', 'deadline', 'due', 'weight', 'optional'] as const
type Known = (typeof KNOWN)[number]

/** Whether the first record looks like the head of a project table. */
export function looksLikeProjectList(text: string): boolean {
  const head = (text.split(/\r?\n/, 1)[0] ?? '').toLowerCase().split(/[,;\t]/)
  const names = head.map((name) => name.replaceAll('"', '').trim())
  return names.includes('duration') && (names.includes('task') || names.includes('id'))
}

/** @throws InvalidInputError with every fault, by line and column */
export function readProjectList(text: string, file?: string): ProjectProblem {
  return new Reader(text, file).read()
}

class Reader {
  readonly #records: Cell[][]
  readonly #file: string | undefined
  readonly #issues: Issue[] = []

  constructor(text: string, file: string | undefined) {
    this.#records = readRecords(text, undefined, file)
    this.#file = file
  }

  read(): ProjectProblem {
    const [head = [], ...rows] = this.#records
    const columns = new Map<Known, number>()
    const resources: { readonly resource: Resource; readonly column: number }[] = []
    head.forEach((cell, column) => {
      const name = cell.text.trim()
      const known = KNOWN.find((candidate) => candidate === name.toLowerCase())
      if (known !== undefined) columns.set(known === 'id' ? 'task' : known, column)
      else if (name !== '') resources.push({ resource: this.#resource(name, cell), column })
    })
    const ids = rows.map((row) => this.#text(row, columns.get('task')))
    const precedence: Precedence[] = []
    const tasks = rows.map((row, k): ProjectTask => {
      const id = ids[k] as string
      const cell = row[columns.get('task') ?? 0]
      if (id === '') this.#report(cell, 'missing-field', 'the task has no name', 'give it one')
      if (ids.indexOf(id) !== k) this.#report(cell, 'duplicate-id', `"${id}" stands twice`, 'rename one')
      const duration = this.#number(row, columns.get('duration'))
      if (duration === null) this.#report(cell, 'missing-field', `"${id}" has no duration`, 'give a number')
      const after = this.#text(row, columns.get('after'))
      for (const before of after.split(/[;|]/).map((name) => name.trim())) {
        if (before === '') continue
        if (ids.includes(before)) {
          precedence.push({ before, after: id, kind: 'finish-start', minLag: 0, maxLag: null })
        } else {
          this.#report(row[columns.get('after') ?? 0], 'unknown-name', `no task is called "${before}"`, 'correct it')
        }
      }
      const requires = resources.flatMap(({ resource, column }) => {
        const amount = this.#number(row, column) ?? 0
        return amount > 0 ? [{ resource: resource.id, amount, when: 'duration' as const }] : []
      })
      const due = this.#number(row, columns.get('due'))
      const cost = this.#number(row, columns.get('cost')) ?? 0
      return {
        id,
        modes: [{ id, duration: duration ?? 0, cost, requires, produces: [] }],
        release: this.#number(row, columns.get('release')) ?? 0,
        deadline: this.#number(row, columns.get('deadline')),
        due,
        weight: this.#number(row, columns.get('weight')) ?? (due === null ? 0 : 1),
        value: 0,
        optional: /^(y|yes|true|1)$/i.test(this.#text(row, columns.get('optional'))),
      }
    })
    if (this.#issues.length > 0) throw new InvalidInputError(this.#issues)
    return {
      title: this.#file ?? 'Project',
      timeUnit: '',
      costUnit: '',
      resources: resources.map(({ resource }) => resource),
      tasks,
      precedence,
      deadline: null,
      budget: null,
      objectives: tasks.some((task) => task.due !== null) ? ['weighted-tardiness', 'makespan'] : ['makespan', 'cost'],
    }
  }

  /** `crew (5)`: a resource and how much of it there is. */
  #resource(name: string, cell: Cell): Resource {
    const match = /^(.*\S)\s*\((\d+(?:\.\d+)?)\)$/.exec(name)
    const capacity = match === null ? 1 : Number(match[2])
    if (match === null) {
      const message = `"${name}" is no known column, and a resource says its capacity`
      this.#report(cell, 'unknown-field', message, `write ${name} (3), or use one of ${KNOWN.join(', ')}`)
    }
    return reusableResource(match?.[1] ?? name, capacity)
  }

  #text(row: readonly Cell[], column: number | undefined): string {
    return column === undefined ? '' : (row[column]?.text.trim() ?? '')
  }

  #number(row: readonly Cell[], column: number | undefined): number | null {
    const text = this.#text(row, column)
    if (text === '') return null
    const value = Number(text)
    if (Number.isFinite(value) && value >= 0) return value
    this.#report(row[column ?? 0], 'not-a-number', `"${text}" is no number >= 0`, 'give one')
    return null
  }

  #report(cell: Cell | undefined, code: string, message: string, hint: string): void {
    const place = cell === undefined ? {} : { line: cell.line, column: cell.column }
    this.#issues.push({
      code,
      path: [],
      message,
      hint,
      ...place,
      ...(this.#file === undefined ? {} : { file: this.#file }),
    })
  }
}
