/** Explains what the verbs of optimisation write: answers and their proofs, conflicts, binding constraints, prices, fronts, values of tests. */
import { formatNumber } from '../../report/format.ts'
import { type Fields, field, fieldsOf, listOf, numberOf, textOf, textsOf } from './explanation.ts'

const MOST = 40

export function answerOf(result: Fields): string[] {
  const status = textOf(result, 'status') ?? 'unknown'
  const objective = numberOf(result, 'objective') ?? numberOf(result, 'value')
  const bound = numberOf(result, 'bound')
  const number = objective === null ? '' : ` with ${formatNumber(objective, 6)}`
  switch (status) {
    case 'optimal':
      return [
        `Solved${number}, and proved: no answer is better${bound === null ? '' : ` than ${formatNumber(bound, 6)}`}.`,
      ]
    case 'complete':
      return [
        'The whole front is proved: no point is missing, and none of them can be improved in one measure without loss in the other.',
      ]
    case 'satisfied':
      return ['Nothing needs to be done: what was asked for holds already.']
    case 'done':
    case 'success':
      return ['Carried out to the end.']
    case 'failure':
    case 'failed':
    case 'stopped':
      return [ended(`Not carried out to the end: ${textOf(result, 'reason') ?? 'no reason is given'}`)]
    case 'solved':
      return ['Computed; there was nothing to choose, so there is nothing to prove.']
    case 'feasible':
    case 'partial': {
      if (status === 'partial' && listOf(result, 'left').length > 0)
        return ['Carried out in part: something that was asked for was left.']
      const limit = textOf(result, 'limit')
      const gap =
        bound === null || objective === null ? '' : `; nothing better than ${formatNumber(bound, 6)} is possible`
      return [
        `Solved${number}${gap}. It is not proved to be the best${limit === null || limit === 'gap' ? '' : ` (limit: ${limit})`}.`,
      ]
    }
    case 'infeasible':
    case 'unsolvable':
      return [
        'Proved: there is no answer.',
        ...[textOf(result, 'explanation') ?? textOf(result, 'reason') ?? []].flat(),
      ]
    case 'unknown':
      return [`Neither an answer nor a proof was found before the limit (${textOf(result, 'limit') ?? 'not named'}).`]
    case 'error':
      return [`The input was refused: ${textOf(result, 'message') ?? 'no message'}.`]
    default:
      return [`Status: ${status}${number}.`]
  }
}

export function conflictsOf(result: Fields): string[] {
  const stated = listOf(result, 'conflict').map((entry) => textOf(entry, 'description') ?? textOf(entry, 'name') ?? '')
  const named = [...stated, ...textsOf(result, 'conflict')].filter((text) => text !== '')
  const lines: string[] = []
  // What a search reports is what failed on its branches, not a set of constraints.
  if (textOf(result, 'kind') === 'plan' && named.length > 0) lines.push(`What fails: ${named.join('; ')}.`)
  else if (named.length === 1) lines.push(`This cannot be met: ${named[0]}.`)
  else if (named.length > 1) {
    const irreducible = field(result, 'irreducible') === true
    lines.push(
      `These cannot hold together${irreducible ? ', and without any one of them the rest could' : ''}: ${named.join('; ')}.`,
    )
  }
  for (const change of listOf(result, 'relaxations')) {
    const text = textOf(change, 'description')
    if (text !== null) lines.push(`It would work with ${text}.`)
  }
  return lines
}

export function sensitivitiesOf(result: Fields): string[] {
  return [...binding(result), ...marginal(result), ...critical(result), ...information(result), ...front(result)].slice(
    0,
    MOST,
  )
}

function binding(result: Fields): string[] {
  return listOf(result, 'binding').flatMap((entry) => {
    const text = textOf(entry, 'description') ?? textOf(entry, 'constraint')
    const used = numberOf(entry, 'used')
    const limit = numberOf(entry, 'limit')
    if (text === null) return []
    return used === null || limit === null
      ? `Binding: ${text}.`
      : `Binding: ${text} (${formatNumber(used)} of ${formatNumber(limit)}).`
  })
}

function marginal(result: Fields): string[] {
  const marginals = listOf(result, 'marginal').flatMap((entry) => {
    const period = numberOf(entry, 'period')
    const amount = numberOf(entry, 'amount')
    const gain = numberOf(entry, 'gain')
    if (period !== null && amount !== null && gain !== null)
      return gain > 0 ? `${formatNumber(amount)} more in period ${period} is worth ${formatNumber(gain, 4)}.` : []
    const name = textOf(entry, 'constraint')
    const perUnit = numberOf(entry, 'perUnit')
    if (name === null || perUnit === null) return []
    const upTo = numberOf(entry, 'upTo')
    return `One more unit of ${name} is worth ${formatNumber(perUnit, 4)}${upTo === null ? '' : `, for up to ${formatNumber(upTo)} more`}.`
  })
  const duals = Object.entries(fieldsOf(field(result, 'duals')) ?? {})
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] !== 0)
    .toSorted((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
    .map(
      ([row, dual]) => `One unit more on the right side of ${row} changes the objective by ${formatNumber(dual, 4)}.`,
    )
  return [...marginals, ...duals]
}

function critical(result: Fields): string[] {
  const path = textsOf(result, 'criticalPath')
  return path.length === 0 ? [] : [`Critical: ${path.join(' > ')}. A delay of any of these delays the end.`]
}

function information(result: Fields): string[] {
  const facts = fieldsOf(field(result, 'information'))
  if (facts === null) return []
  const tests = listOf(facts, 'tests').flatMap((test) => {
    const name = textOf(test, 'test')
    const gross = numberOf(test, 'gross')
    const cost = numberOf(test, 'cost')
    return name === null || gross === null || cost === null
      ? []
      : `The test ${name} alone is worth ${formatNumber(gross)} and costs ${formatNumber(cost)}.`
  })
  const sequential = numberOf(facts, 'sequential')
  const perfect = numberOf(facts, 'perfect')
  const whole = sequential === null ? [] : [`Testing in the best order is worth ${formatNumber(sequential)}.`]
  const limit = perfect === null ? [] : [`Knowing the truth for nothing would be worth ${formatNumber(perfect)}.`]
  return [...whole, ...limit, ...tests]
}

function front(result: Fields): string[] {
  const points = listOf(result, 'points').flatMap((point) => {
    const cost = numberOf(point, 'cost')
    const makespan = numberOf(point, 'makespan')
    return cost === null || makespan === null ? [] : [{ cost, makespan }]
  })
  return points.slice(1).map((point, index) => {
    const before = points[index] as { cost: number; makespan: number }
    const saved = before.makespan - point.makespan
    const paid = point.cost - before.cost
    return `Ending at ${formatNumber(point.makespan)} instead of ${formatNumber(before.makespan)} costs ${formatNumber(paid)} more: ${formatNumber(paid / saved)} a unit of time.`
  })
}

export function choicesOf(result: Fields): string[] {
  const lines: string[] = []
  for (const [name, subject] of [
    ['unused', 'line'],
    ['dropped', 'project'],
    ['left', 'task'],
  ] as const) {
    for (const entry of listOf(result, name)) {
      const reason = textOf(entry, 'reason')
      if (reason !== null) lines.push(ended(`Not ${textOf(entry, subject) ?? textOf(entry, 'id') ?? name}: ${reason}`))
    }
  }
  const action = textOf(result, 'action')
  if (action !== null) lines.push(`First: ${action}.`)
  for (const entry of listOf(result, 'log')) {
    const time = numberOf(entry, 'time')
    const evidence = listOf(entry, 'triggers').flatMap((trigger) => textOf(trigger, 'evidence') ?? [])
    if (time !== null && evidence.length > 0) lines.push(`Replanned at ${formatNumber(time)}: ${evidence.join('; ')}.`)
  }
  const contrast = fieldsOf(field(result, 'contrast'))
  const contrastText = contrast === null ? null : textOf(contrast, 'text')
  if (contrastText !== null) lines.push(ended(contrastText))
  return lines.slice(0, MOST)
}

/** With a full stop, which some reasons bring with them. */
function ended(sentence: string): string {
  return sentence.endsWith('.') ? sentence : `${sentence}.`
}
