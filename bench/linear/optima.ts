/**
 * Every delivered model through the front: `tsx bench/linear/optima.ts [backend] [seconds] [filter]`. Prints status, objective,
 * certificate, CPU time of the front and, for HiGHS, of the raw package on the same arrays.
 */
import loadHighs, { type Highs } from 'highs'
import { highsModel } from '../../solvers/linear/backends/highs.ts'
import { type BackendName, type LinearModel, solveLinear } from '../../solvers/linear/index.ts'
import { normalise } from '../../solvers/linear/normalise.ts'
import { instances } from './instances.ts'

const backend = (process.argv[2] ?? 'highs') as BackendName
const seconds = Number(process.argv[3] ?? 20)
const filter = process.argv[4] ?? ''

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function raw(highs: Highs, model: LinearModel): Promise<number> {
  const before = cpuMs()
  const problem = normalise(model)
  void highs.withModel(highsModel(highs, problem), (instance) => {
    instance.options.set({ output_flag: false, mip_rel_gap: 0, mip_abs_gap: 1e-9, time_limit: seconds })
    instance.run()
    return instance.getSolution().colValue.length
  })
  return cpuMs() - before
}

async function main(): Promise<void> {
  const highs = await (loadHighs as unknown as () => Promise<Highs>)()
  await solveLinear(await (instances()[1] as { load(): Promise<LinearModel> }).load(), { backends: [backend] })
  let right = 0
  let wrong = 0
  let open = 0
  let front = 0
  let package_ = 0
  for (const instance of instances()) {
    if (!instance.name.includes(filter)) continue
    const model = await instance.load()
    const before = cpuMs()
    let line: string
    try {
      const result = await solveLinear(model, { backends: [backend], timeLimitMs: seconds * 1000 })
      const spent = cpuMs() - before
      const { expected } = instance
      let mark = 'WRONG'
      if (result.status === 'feasible' || result.status === 'unknown') mark = 'open'
      else if (result.status === expected.status) {
        if (expected.status === 'infeasible') mark = 'right'
        else if (result.status === 'optimal') {
          const error = Math.abs(result.objective - expected.objective) / Math.max(1, Math.abs(expected.objective))
          if (error <= instance.tolerance) mark = 'right'
        }
      }
      if (mark === 'right') right++
      else if (mark === 'open') open++
      else wrong++
      const value = 'objective' in result ? `${result.objective}` : ''
      const bound = result.status === 'feasible' ? ` bound ${result.bound} (${result.limit})` : ''
      const proof = 'certificate' in result ? result.certificate.kind : ''
      const notes = result.attempts
        .filter((one) => one.outcome !== 'answered')
        .map((one) => `${one.outcome}: ${one.reason}`)
      let ratio = ''
      if (backend === 'highs' && mark === 'right') {
        const rawMs = await raw(highs, model)
        front += spent
        package_ += rawMs
        ratio = ` raw ${rawMs.toFixed(1)} ms, ratio ${(spent / rawMs).toFixed(2)}`
      }
      line = `${mark} ${instance.name} ${result.status} ${value}${bound} ${proof} ${spent.toFixed(1)} ms${ratio} ${notes.join('; ')}`
    } catch (error) {
      open++
      line = `failed ${instance.name}: ${error instanceof Error ? error.message : error} ${(cpuMs() - before).toFixed(0)} ms`
    }
    console.log(line)
  }
  console.log(`${backend}: ${right} right, ${wrong} WRONG, ${open} open within ${seconds} s each`)
  if (package_ > 0) console.log(`front / raw highs, CPU over all right ones: ${(front / package_).toFixed(3)}`)
}

void main()
