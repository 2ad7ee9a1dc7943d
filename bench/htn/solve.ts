/**
 * One instance from the command line to the verified plan: `solve.js DOMAIN PROBLEM [seconds] [mode]` prints one JSON
 * line with the status, the length and the CPU seconds of the whole process so far. `run.ts` calls it for every
 * instance of the benchmark folder.
 */
import { readFileSync } from 'node:fs'
import { verifyHtnPlan } from '../../src/check/htn-plan.ts'
import { planHtn } from '../../src/htn/plan.ts'
import { readIpcPlan, writeIpcPlan } from '../../src/io/hddl/ipc-plan.ts'
import { readHddl } from '../../src/io/hddl/read.ts'

const [domain = '', problemFile = '', seconds = '10', mode = 'fast'] = process.argv.slice(2)
const controller = new AbortController()
const cpuSeconds = (): number => {
  const usage = process.cpuUsage()
  return (usage.user + usage.system) / 1e6
}
/** A signal that fires on CPU time, so that a busy machine does not shorten the run. */
const signal = Object.defineProperty(controller.signal, 'aborted', { get: () => cpuSeconds() > Number(seconds) })
const problem = readHddl(readFileSync(domain, 'utf8'), readFileSync(problemFile, 'utf8'))
const result = planHtn(problem, { signal, mode: mode as 'fast' | 'anytime' | 'optimal' })
const plan = 'plan' in result ? result.plan : null
const valid = plan !== null && verifyHtnPlan(problem, readIpcPlan(writeIpcPlan(plan))).valid
console.log(
  JSON.stringify({
    status: result.status,
    length: plan?.steps.length ?? null,
    valid,
    by: result.statistics.by,
    nodes: result.statistics.nodes,
    cpu: Math.round(cpuSeconds() * 100) / 100,
  }),
)
