/**
 * The plan format of the IPC 2020 for hierarchical plans: numbered actions in order of execution, the ids of the initial
 * tasks, and a line for every compound task with its method and the ids of its subtasks. Text before `==>` and after
 * `<==` is ignored.
 */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'
import { type DecompositionNode, PLAN_VERSION, type Plan, type PlanStep } from '../../domain/plan.ts'

/** The plan as text. A plan without a decomposition is written as its actions alone. */
export function writeIpcPlan(plan: Plan): string {
  const lines = ['==>']
  for (const step of plan.steps) lines.push([step.id, step.name, ...step.args].join(' '))
  if (plan.decomposition !== null) {
    lines.push(['root', ...plan.decomposition.roots].join(' '))
    for (const node of plan.decomposition.nodes) {
      lines.push([node.id, node.task, ...node.args, '->', node.method, ...node.subtasks].join(' '))
    }
  }
  lines.push('<==')
  return `${lines.join('\n')}\n`
}

/**
 * Reads such a text. Whether the plan is right is for the verifier to say; this only reads its form.
 * @throws InvalidInputError with line and column of every malformed line
 */
export function readIpcPlan(text: string, file = 'plan'): Plan {
  const issues: Issue[] = []
  const steps: PlanStep[] = []
  const nodes: DecompositionNode[] = []
  let roots: number[] | null = null
  const lines = text.split(/\r\n|\r|\n/)
  const begin = lines.findIndex((line) => line.trim() === '==>')
  let ended = false
  const fault = (line: number, column: number, message: string, hint: string): void => {
    if (issues.length < 100) issues.push({ code: 'syntax', path: [], message, hint, file, line: line + 1, column })
  }
  const ids = (words: readonly string[], line: number): number[] =>
    words.map((word) => {
      if (!/^\d{1,9}$/.test(word)) {
        fault(line, (lines[line] as string).indexOf(word) + 1, `'${word}' is no id`, 'ids are whole numbers')
        return -1
      }
      return Number(word)
    })
  if (begin < 0) fault(0, 1, "there is no line '==>'", "begin the plan with '==>' and end it with '<=='")
  for (let i = begin + 1; begin >= 0 && i < lines.length; i++) {
    const line = lines[i] as string
    const comment = line.indexOf(';')
    const words = (comment < 0 ? line : line.slice(0, comment)).trim().split(/\s+/)
    const head = words[0] as string
    if (head === '') continue
    if (head === '<==') {
      ended = true
      break
    }
    if (head === 'root') {
      if (roots !== null) fault(i, 1, "a second 'root' line", 'list all initial tasks in one')
      roots = ids(words.slice(1), i)
      continue
    }
    const id = ids([head], i)[0] as number
    const name = words[1]
    if (name === undefined) {
      fault(i, 1, 'a line with an id alone', 'write: id name arguments')
      continue
    }
    const arrow = words.indexOf('->')
    if (arrow < 0) {
      steps.push({ id, name, args: words.slice(2) })
      continue
    }
    const method = words[arrow + 1]
    if (method === undefined || arrow === 1) {
      fault(
        i,
        line.indexOf('->') + 1,
        "'->' stands between a task and a method",
        'write: id task arguments -> method ids',
      )
      continue
    }
    nodes.push({ id, task: name, args: words.slice(2, arrow), method, subtasks: ids(words.slice(arrow + 2), i) })
  }
  if (begin >= 0 && !ended) fault(lines.length - 1, 1, "there is no line '<=='", "end the plan with '<=='")
  if (nodes.length > 0 && roots === null)
    fault(begin, 1, "there is no 'root' line", 'list the ids of the initial tasks')
  if (issues.length > 0) throw new InvalidInputError(issues)
  const ordering: [number, number][] = []
  for (let i = 1; i < steps.length; i++) ordering.push([(steps[i - 1] as PlanStep).id, (steps[i] as PlanStep).id])
  return {
    version: PLAN_VERSION,
    steps,
    ordering,
    links: [],
    decomposition: roots === null ? null : { roots, nodes },
    cost: steps.length,
  }
}
