/**
 * The policy files of pomdp-solve: `.alpha` (blocks of an action number and a vector) and `.pg` (one line a node: number,
 * action, successor for every observation, `-` where an observation cannot follow). Doubles are written in full, so a file
 * reads back to the same numbers.
 */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'
import type { PolicyGraph } from '../../../solvers/pomdp/policy-graph.ts'
import { VectorSet } from '../../../solvers/pomdp/vector-set.ts'

/** `.alpha` text of a value function. */
export function writeAlpha(value: VectorSet): string {
  const blocks: string[] = []
  for (let i = 0; i < value.count; i++) {
    blocks.push(`${value.actions[i]}\n${Array.from(value.vector(i), (entry) => String(entry)).join(' ')}\n`)
  }
  return blocks.join('\n')
}

/**
 * Reads an `.alpha` text.
 * @throws InvalidInputError with line and column of every fault
 */
export function readAlpha(text: string, stateCount: number, observationCount: number, file?: string): VectorSet {
  const value = new VectorSet(stateCount, observationCount)
  const issues: Issue[] = []
  const lines = text.split(/\r?\n/)
  let action = -1
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const words = line.split(/\s+/)
    if (action < 0) {
      if (words.length === 1 && /^\d+$/.test(line)) action = Number(line)
      else
        issues.push(
          fault(file, index, raw, 'an action number was expected', 'write the action number alone on its line'),
        )
      continue
    }
    const numbers = words.map(Number)
    if (numbers.some((number) => !Number.isFinite(number))) {
      issues.push(
        fault(file, index, raw, 'the vector contains something that is no number', 'give numbers separated by blanks'),
      )
    } else if (numbers.length !== stateCount) {
      issues.push(
        fault(
          file,
          index,
          raw,
          `the vector has ${numbers.length} entries, not ${stateCount}`,
          'give one entry per state',
        ),
      )
    } else value.push(numbers, 0, action)
    action = -1
  }
  if (action >= 0) issues.push(fault(file, lines.length - 1, '', 'the last action has no vector', 'add its vector'))
  if (value.count === 0 && issues.length === 0)
    issues.push(fault(file, 0, '', 'there is no vector', 'give at least one'))
  if (issues.length > 0) throw new InvalidInputError(issues)
  return value
}

/** `.pg` text of a policy graph. */
export function writePolicyGraph(graph: PolicyGraph): string {
  const lines: string[] = []
  for (let n = 0; n < graph.actions.length; n++) {
    const successors: string[] = []
    for (let o = 0; o < graph.observationCount; o++) {
      const next = graph.successors[n * graph.observationCount + o] as number
      successors.push(next < 0 ? '-' : String(next))
    }
    lines.push(`${n} ${graph.actions[n]}  ${successors.join(' ')}`)
  }
  return `${lines.join('\n')}\n`
}

/**
 * Reads a `.pg` text; nodes may come in any order but must be numbered 0..n-1.
 * @throws InvalidInputError with line and column of every fault
 */
export function readPolicyGraph(
  text: string,
  actionCount: number,
  observationCount: number,
  file?: string,
): PolicyGraph {
  const issues: Issue[] = []
  const nodes = new Map<number, number[]>()
  const lines = text.split(/\r?\n/)
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const words = line.split(/\s+/)
    const numbers = words.map((word, place) =>
      place >= 2 && word === '-' ? -1 : /^-?\d+$/.test(word) ? Number(word) : Number.NaN,
    )
    if (numbers.some(Number.isNaN))
      issues.push(fault(file, index, raw, 'a node line holds integers and - only', 'write node, action, successors'))
    else if (numbers.length !== observationCount + 2) {
      issues.push(
        fault(
          file,
          index,
          raw,
          `the line has ${numbers.length} entries, not ${observationCount + 2}`,
          'write node, action and one successor per observation',
        ),
      )
    } else if (nodes.has(numbers[0]!))
      issues.push(fault(file, index, raw, `node ${numbers[0]} is defined twice`, 'number every node once'))
    else if (numbers[1]! < 0 || numbers[1]! >= actionCount)
      issues.push(
        fault(file, index, raw, `there is no action ${numbers[1]}`, `actions are numbered 0 to ${actionCount - 1}`),
      )
    else nodes.set(numbers[0]!, numbers.slice(1))
  }
  const count = nodes.size
  if (count === 0 && issues.length === 0) issues.push(fault(file, 0, '', 'there is no node', 'give at least one'))
  const actions = new Int32Array(count)
  const successors = new Int32Array(count * observationCount)
  for (const [node, [action, ...next]] of nodes) {
    if (node < 0 || node >= count || next.some((target) => target < -1 || target >= count)) {
      issues.push(
        fault(
          file,
          0,
          '',
          `node ${node} or one of its successors lies outside 0 to ${count - 1}`,
          'number the nodes without gaps',
        ),
      )
      continue
    }
    actions[node] = action!
    successors.set(next, node * observationCount)
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  return { observationCount, actions, successors }
}

function fault(file: string | undefined, index: number, line: string, message: string, hint: string): Issue {
  const column = line.length - line.trimStart().length + 1
  return { code: 'format', path: [], message, hint, line: index + 1, column, ...(file === undefined ? {} : { file }) }
}
