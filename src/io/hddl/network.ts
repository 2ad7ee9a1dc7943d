/** Task networks: labelled or bare subtasks, ordered or partially ordered, with constraints on their variables. */
import { type Formula, TRUE } from '../../domain/formula.ts'
import { type Subtask, type TaskNetwork, topologicalOrder } from '../../domain/htn.ts'
import type { FormulaReader } from './formula.ts'
import { asList, asWord, type Faults, headOf } from './reader.ts'
import type { Expression, List, Word } from './s-expression.ts'
import type { Vocabulary } from './vocabulary.ts'

export const NETWORK_KEYWORDS = [
  ':subtasks',
  ':tasks',
  ':ordered-subtasks',
  ':ordered-tasks',
  ':ordering',
  ':order',
  ':constraints',
] as const

type Sections = ReadonlyMap<string, { readonly key: Word; readonly value: Expression | undefined }>

export function readNetwork(
  sections: Sections,
  vocabulary: Vocabulary,
  formulas: FormulaReader,
  faults: Faults,
): TaskNetwork {
  const given = [':subtasks', ':tasks', ':ordered-subtasks', ':ordered-tasks'].filter((key) => sections.has(key))
  const extra = given[1]
  if (extra !== undefined) {
    const key = sections.get(extra)?.key as Word
    faults.add('duplicate', key, `both ${given[0]} and ${extra} are given`, 'keep one of them')
  }
  const chosen = given[0]
  const subtasks: Subtask[] = []
  const labels = new Map<string, number>()
  if (chosen !== undefined) {
    const section = sections.get(chosen)
    for (const item of conjuncts(section?.value, section?.key as Word, faults)) {
      const subtask = readSubtask(item, subtasks.length, vocabulary, formulas, faults)
      if (subtask === null) continue
      if (labels.has(subtask.id)) {
        faults.add('duplicate', item, `the label '${subtask.id}' is used twice`, 'give every subtask its own label')
        continue
      }
      labels.set(subtask.id, subtasks.length)
      subtasks.push(subtask)
    }
  }
  const ordering: [number, number][] = []
  if (chosen?.startsWith(':ordered')) {
    for (let i = 1; i < subtasks.length; i++) ordering.push([i - 1, i])
  }
  for (const keyword of [':ordering', ':order']) {
    const section = sections.get(keyword)
    if (section === undefined) continue
    for (const item of conjuncts(section.value, section.key, faults)) {
      const pair = readPair(item, labels, faults)
      if (pair !== null) ordering.push(pair)
    }
  }
  const constraints: Formula = sections.has(':constraints')
    ? formulas.formula(sections.get(':constraints')?.value)
    : TRUE
  const network = { subtasks, ordering, constraints }
  if (topologicalOrder(network) === null) {
    const place = sections.get(':ordering')?.key ?? sections.get(':order')?.key ?? sections.get(chosen ?? '')?.key
    if (place !== undefined) {
      faults.add(
        'cycle',
        place,
        `the ordering has a cycle: ${cycleOf(network).join(' < ')}`,
        'remove one of these pairs',
      )
    }
  }
  return network
}

function conjuncts(value: Expression | undefined, place: Word, faults: Faults): readonly Expression[] {
  if (value === undefined) return []
  const list = asList(value, place, 'a list', faults)
  if (list === null || list.items.length === 0) return []
  return headOf(list) === 'and' ? list.items.slice(1) : [list]
}

function readSubtask(
  item: Expression,
  index: number,
  vocabulary: Vocabulary,
  formulas: FormulaReader,
  faults: Faults,
): Subtask | null {
  const list = asList(item, item, 'a subtask', faults)
  if (list === null) return null
  let use: List = list
  let id = `#${index}`
  const second = list.items[1]
  if (list.items.length === 2 && second !== undefined && second.kind === 'list') {
    const label = asWord(list.items[0], list, 'a label', faults)
    if (label === null) return null
    id = label.text
    use = second
  }
  const head = asWord(use.items[0], use, 'the name of a task or an action', faults)
  if (head === null) return null
  const isAction = vocabulary.tasks.get(head.text) === undefined && vocabulary.actions.get(head.text) !== undefined
  const found = formulas.use(isAction ? 'actions' : 'tasks', use)
  return found === null ? null : { id, task: found.name, arguments: found.arguments }
}

function readPair(item: Expression, labels: ReadonlyMap<string, number>, faults: Faults): [number, number] | null {
  const list = asList(item, item, 'an ordering', faults)
  if (list === null) return null
  const words = list.items.map((part) => (part.kind === 'word' ? part : null))
  const infix = words[1]?.text === '<'
  const sign = infix ? words[1] : words[0]
  if (list.items.length !== 3 || words.includes(null) || sign?.text !== '<') {
    faults.add('syntax', list, 'an ordering is (< first second)', 'name two labels after <')
    return null
  }
  const pair = (infix ? [words[0], words[2]] : [words[1], words[2]]) as Word[]
  const indices = pair.map((word) => {
    const index = labels.get(word.text)
    if (index === undefined) {
      faults.add('unknown-name', word, `no subtask has the label '${word.text}'`, `labels here: ${shown(labels)}`)
    }
    return index
  })
  if (indices[0] === undefined || indices[1] === undefined) return null
  return [indices[0], indices[1]]
}

function shown(labels: ReadonlyMap<string, number>): string {
  const names = [...labels.keys()].filter((label) => !label.startsWith('#'))
  return names.length === 0 ? 'none; label the subtasks as (label (task ...))' : names.slice(0, 12).join(', ')
}

/** Labels around one cycle of the ordering, the first repeated at the end. */
function cycleOf(network: TaskNetwork): string[] {
  const after = new Map<number, number[]>()
  for (const [first, second] of network.ordering) after.set(first, [...(after.get(first) ?? []), second])
  const state = new Map<number, 'open' | 'done'>()
  const path: number[] = []
  const visit = (node: number): number[] | null => {
    if (state.get(node) === 'done') return null
    if (state.get(node) === 'open') return [...path.slice(path.indexOf(node)), node]
    if (path.length > 5000) return null
    state.set(node, 'open')
    path.push(node)
    for (const next of after.get(node) ?? []) {
      const found = visit(next)
      if (found !== null) return found
    }
    path.pop()
    state.set(node, 'done')
    return null
  }
  for (const node of after.keys()) {
    const found = visit(node)
    if (found !== null) return found.map((index) => network.subtasks[index]?.id ?? String(index))
  }
  return []
}
