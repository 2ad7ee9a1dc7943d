/**
 * PSPLIB .sm and .mm (Kolisch and Sprecher 1996): sections PRECEDENCE RELATIONS, REQUESTS/DURATIONS and
 * RESOURCEAVAILABILITIES. Ids are the file's job numbers, the dummy source and sink included. Renewable columns (R)
 * become renewables, non-renewable ones (N) budgets; doubly constrained ones (D) both.
 */
import type { Lag, SchedulingProblem, TaskMode } from '../../../solvers/scheduling/problem.ts'
import { requirePlain } from './plain.ts'
import { type Token, TokenCursor, tokenize } from './tokens.ts'

/** @throws InvalidInputError with line and column of every fault */
export function readPsplib(text: string, file?: string): SchedulingProblem {
  const tokens = tokenize(text).filter((token) => !/^[*-]{4,}$/.test(token.text))
  const headings = new TokenCursor(tokens, file)
  const section = (name: string): TokenCursor => {
    const at = tokens.findIndex((token, k) =>
      `${token.text}${tokens[k + 1]?.text ?? ''}`.toUpperCase().startsWith(name),
    )
    if (at < 0) {
      headings.fault('missing-section', `there is no section ${name}`, 'check that this is a PSPLIB file', tokens[0])
      throw headings.error()
    }
    return new TokenCursor(afterHeading(tokens, at), file)
  }
  const count = (label: string): number => {
    const at = tokens.findIndex((token, k) => token.text === '-' && tokens[k + 1]?.text.toLowerCase() === label)
    const number = tokens[tokens.findIndex((token, k) => k > at && token.text === ':') + 1]
    return at < 0 || number === undefined ? 0 : Number(number.text)
  }
  const renewableCount = count('renewable')
  const budgetCount = count('nonrenewable')
  const doublyCount = count('doubly')
  const columnCount = renewableCount + budgetCount + doublyCount

  const precedence = section('PRECEDENCE')
  const modeCounts: number[] = []
  const lags: Lag[] = []
  while (isNumber(precedence.peek())) {
    const job = precedence.integer('a job number', 1)
    if (job !== modeCounts.length + 1)
      precedence.fault('order', `job ${job} is out of order`, 'number the jobs 1, 2, 3')
    modeCounts.push(precedence.integer(`the number of modes of job ${job}`, 1, 10_000))
    const successors = precedence.integer(`the number of successors of job ${job}`, 0)
    for (let k = 0; k < successors; k++) {
      lags.push({ before: job - 1, after: precedence.integer(`a successor of job ${job}`, 1) - 1 })
    }
  }
  const requests = section('REQUESTS')
  const rows = modeCounts.map((modes, i) => {
    const job = requests.integer('a job number', 1)
    if (job !== i + 1) requests.fault('order', `job ${job} stands where job ${i + 1} is expected`, 'keep the order')
    return Array.from({ length: modes }, () => {
      requests.integer(`a mode number of job ${job}`, 1)
      const duration = requests.integer(`a duration of job ${job}`)
      return { duration, amounts: requests.integers(columnCount, `a request of job ${job}`) }
    })
  })
  const availability = section('RESOURCEAVAILABILITIES')
  const limits = availability.integers(columnCount, 'a resource availability')
  const outOfRange = lags.find((lag) => lag.after >= modeCounts.length)
  if (outOfRange !== undefined) {
    headings.fault(
      'unknown-name',
      `job ${outOfRange.after + 1} does not exist`,
      'name an existing successor',
      tokens[0],
    )
  }
  headings.issues.push(...precedence.issues, ...requests.issues, ...availability.issues)
  if (headings.issues.length > 0) throw headings.error()

  const held = [...range(0, renewableCount), ...range(renewableCount + budgetCount, columnCount)]
  const spent = range(renewableCount, columnCount)
  const toMode = (row: { duration: number; amounts: number[] }): TaskMode => ({
    duration: row.duration,
    demands: held.map((column) => row.amounts[column]!),
    ...(spent.length > 0 ? { uses: spent.map((column) => row.amounts[column]!) } : {}),
  })
  return {
    ...(file === undefined ? {} : { name: file }),
    tasks: rows.map((modes, i) => ({ id: String(i + 1), modes: modes.map(toMode) })),
    renewables: held.map((column, r) => ({ id: `R${r + 1}`, capacity: limits[column]! })),
    ...(spent.length > 0
      ? { budgets: spent.map((column, b) => ({ id: `N${b + 1}`, capacity: limits[column]! })) }
      : {}),
    lags,
  }
}

/** The .sm (single-mode) or .mm form; the inverse of readPsplib for plain precedence. */
export function writePsplib(problem: SchedulingProblem): string {
  requirePlain(problem, 'the PSPLIB form', { modes: true, budgets: true })
  const renewables = problem.renewables ?? []
  const budgets = problem.budgets ?? []
  const rule = '*'.repeat(72)
  const horizon = problem.tasks.reduce((sum, task) => sum + Math.max(...task.modes.map((mode) => mode.duration)), 0)
  const columns = [...renewables.map((_, r) => `R ${r + 1}`), ...budgets.map((_, b) => `N ${b + 1}`)].join('  ')
  const lines = [
    rule,
    'projects                      :  1',
    `jobs (incl. supersource/sink ):  ${problem.tasks.length}`,
    `horizon                       :  ${horizon}`,
    'RESOURCES',
    `  - renewable                 :  ${renewables.length}   R`,
    `  - nonrenewable              :  ${budgets.length}   N`,
    '  - doubly constrained        :  0   D',
    rule,
    'PRECEDENCE RELATIONS:',
    'jobnr.    #modes  #successors   successors',
  ]
  problem.tasks.forEach((task, i) => {
    const after = (problem.lags ?? []).filter((lag) => lag.before === i).map((lag) => lag.after + 1)
    lines.push([i + 1, task.modes.length, after.length, ...after].map((cell) => String(cell).padStart(6)).join(' '))
  })
  lines.push(rule, 'REQUESTS/DURATIONS:', `jobnr. mode duration  ${columns}`, '-'.repeat(72))
  problem.tasks.forEach((task, i) => {
    task.modes.forEach((mode, k) => {
      const amounts = [
        ...renewables.map((_, r) => mode.demands?.[r] ?? 0),
        ...budgets.map((_, b) => mode.uses?.[b] ?? 0),
      ]
      const cells = [k === 0 ? i + 1 : '', k + 1, mode.duration, ...amounts]
      lines.push(cells.map((cell) => String(cell).padStart(5)).join(' '))
    })
  })
  const limits = [...renewables.map((r) => r.capacity), ...budgets.map((b) => b.capacity)]
  lines.push(
    rule,
    'RESOURCEAVAILABILITIES:',
    `  ${columns}`,
    limits.map((cell) => String(cell).padStart(5)).join(' '),
    rule,
  )
  return `${lines.join('\n')}\n`
}

/** The tokens from the first data row after the heading at `at`; column titles are skipped line by line. */
function afterHeading(tokens: readonly Token[], at: number): Token[] {
  const headingLine = tokens[at]!.line
  const rest = tokens.slice(at).filter((token) => token.line > headingLine)
  const first = rest.find((token, k) => isNumber(token) && rest[k - 1]?.line !== token.line)
  return first === undefined ? [] : rest.filter((token) => token.line >= first.line)
}

function isNumber(token: Token | undefined): boolean {
  return token !== undefined && /^\d+$/.test(token.text)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, k) => from + k)
}
