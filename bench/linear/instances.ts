/**
 * The benchmark instances with known answers: netlib, MIPLIB 3, infeasible models, generalised assignment and multi-knapsack
 * files of the OR-Library, and small models on which some JavaScript solver is wrong.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { decodeModelFile, readMps } from '../../solvers/linear/formats/index.ts'
import { LinearModel, type Term } from '../../solvers/linear/index.ts'

/** The benchmark folder beside the repository. */
export const folder = fileURLToPath(new URL('../../../shared/benchmarks/solvers/', import.meta.url))
export const present = existsSync(`${folder}optima.json`)

export interface Instance {
  readonly name: string
  readonly load: () => Promise<LinearModel>
  readonly expected: { readonly status: 'optimal'; readonly objective: number } | { readonly status: 'infeasible' }
  /** Relative tolerance: published values are rounded. */
  readonly tolerance: number
}

interface Published {
  readonly published?: number | readonly number[]
  readonly cbc?: number
  readonly status?: 'infeasible'
}

/** Every linear instance of optima.json and of the traps, in the order of the files. */
export function instances(): Instance[] {
  const optima = JSON.parse(readFileSync(`${folder}optima.json`, 'utf8')) as Record<string, Published>
  const found: Instance[] = []
  for (const [name, published] of Object.entries(optima)) {
    if (name.startsWith('orlib/gap') || name === 'orlib/mknap1') {
      const build = name.startsWith('orlib/gap') ? generalisedAssignments : multiKnapsacks
      const values = published.published as readonly number[]
      values.forEach((objective, position) => {
        found.push({
          name: `${name}#${position + 1}`,
          load: async () => build(readFileSync(`${folder}${name}.txt`, 'utf8'))[position] as LinearModel,
          expected: { status: 'optimal', objective },
          tolerance: 1e-6,
        })
      })
    } else if (!name.startsWith('orlib/')) {
      const objective = published.cbc ?? (published.published as number)
      found.push({
        name,
        load: () => mps(`${name}.mps.gz`),
        expected: published.status === 'infeasible' ? { status: 'infeasible' } : { status: 'optimal', objective },
        tolerance: name.startsWith('miplib3') ? 1e-5 : 1e-6,
      })
    }
  }
  const traps = JSON.parse(readFileSync(`${folder}traps/values.json`, 'utf8')) as Record<
    string,
    { value: number; sense: 'min' | 'max' }
  >
  for (const [name, { value, sense }] of Object.entries(traps)) {
    found.push({
      name: `traps/${name}`,
      load: async () => {
        const model = await mps(`traps/${name}.mps`)
        if (sense === 'max') model.sense = 'maximize'
        return model
      },
      expected: { status: 'optimal', objective: value },
      tolerance: 1e-6,
    })
  }
  return found
}

async function mps(path: string): Promise<LinearModel> {
  return readMps(await decodeModelFile(readFileSync(folder + path)), { file: path }).model
}

/** m agents, n jobs: max sum p_ij x_ij, every job once, resources within capacity. */
function generalisedAssignments(text: string): LinearModel[] {
  const numbers = text.trim().split(/\s+/).map(Number)
  let at = 0
  const next = () => numbers[at++] as number
  const models: LinearModel[] = []
  for (let count = next(); count > 0; count--) {
    const agents = next()
    const jobs = next()
    const model = new LinearModel('gap', 'maximize')
    for (let i = 0; i < agents; i++) {
      for (let j = 0; j < jobs; j++) model.addVariable(`x${i}_${j}`, { kind: 'binary', objective: next() })
    }
    const resources = Array.from({ length: agents }, () => Array.from({ length: jobs }, next))
    for (let j = 0; j < jobs; j++) {
      const terms = Array.from({ length: agents }, (_, i): Term => [i * jobs + j, 1])
      model.addRow(`job${j}`, terms, '=', 1)
    }
    for (let i = 0; i < agents; i++) {
      const terms = (resources[i] as number[]).map((need, j): Term => [i * jobs + j, need])
      model.addRow(`agent${i}`, terms, '<=', next())
    }
    models.push(model)
  }
  return models
}

/** n items, m capacities: max profit of a subset. */
function multiKnapsacks(text: string): LinearModel[] {
  const numbers = text.trim().split(/\s+/).map(Number)
  let at = 0
  const next = () => numbers[at++] as number
  const models: LinearModel[] = []
  for (let count = next(); count > 0; count--) {
    const items = next()
    const capacities = next()
    next()
    const model = new LinearModel('mknap', 'maximize')
    for (let j = 0; j < items; j++) model.addVariable(`x${j}`, { kind: 'binary', objective: next() })
    const weights = Array.from({ length: capacities }, () => Array.from({ length: items }, next))
    weights.forEach((row, i) => {
      model.addRow(
        `capacity${i}`,
        row.map((weight, j): Term => [j, weight]),
        '<=',
        next(),
      )
    })
    models.push(model)
  }
  return models
}
