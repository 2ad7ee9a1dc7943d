/** An option that a verb cannot honour for this input is refused by name, never ignored. */
import { UnsupportedError } from '../../solvers/contract/index.ts'
import type { CommonOptions } from './session.ts'

const FLAGS: Readonly<Record<string, string>> = {
  solver: '--solver',
  faults: '--faults',
  attempts: '--attempts',
  set: '--set',
  total: '--total',
  deadline: '--deadline',
  pareto: '--pareto',
  gantt: '--gantt',
  road: '--road',
  whatIf: '--what-if',
  insert: '--insert',
  mspdi: '--mspdi',
  sense: '--sense',
  export: '--export',
  method: '--method',
  maxNodes: '--max-nodes',
  simulate: '--simulate',
  dot: '--dot',
  horizon: '--horizon',
  epsilon: '--epsilon',
  discount: '--discount',
  belief: '--belief',
  alpha: '--alpha',
  graph: '--graph',
  part: '--part',
  mode: '--mode',
  deorder: '--deorder',
  candidates: '--candidates',
  format: '--format',
  explain: '--explain',
  whyNot: '--why-not',
  out: '--out',
}

/** @throws UnsupportedError naming the first given option among `names` */
export function refuseOptions(options: CommonOptions, names: readonly (keyof typeof FLAGS)[], what: string): void {
  const given = names.find((name) => (options as Readonly<Record<string, unknown>>)[name] !== undefined)
  if (given === undefined) return
  const flag = FLAGS[given] as string
  throw new UnsupportedError(flag, `${flag} means nothing for ${what}`, { hint: `leave ${flag} away` })
}
