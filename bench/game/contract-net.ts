/**
 * Messages a CPU second of the contract net in process, over a channel of constant delay, without and with reading the transcript, best and
 * median of the repetitions: `tsx bench/game/contract-net.ts [tasks] [agents] [repetitions]`
 */
import { contractNet } from '../../src/coordination/contract-net.ts'

const [taskCount = 3000, agentCount = 30, repetitions = 9] = process.argv.slice(2).map(Number)
const tasks = Array.from({ length: taskCount }, (_, k) => `t${k}`)
const contractors = Array.from({ length: agentCount }, (_, k) => ({
  id: `a${k}`,
  bid: () => ({ cost: k }),
  commit: () => undefined,
  release: () => undefined,
}))
contractNet(tasks.slice(0, 200), contractors)
let messages = 0
const rates: [number[], number[]] = [[], []]
for (let k = 0; k < repetitions; k++) {
  const before = process.cpuUsage()
  const seconds = (): number => {
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1e6
  }
  const result = contractNet(tasks, contractors)
  const ran = seconds()
  messages = result.transcript.length
  rates[0].push(messages / ran)
  rates[1].push(messages / seconds())
}
console.log(
  `node ${process.version}, ${taskCount} tasks, ${agentCount} agents, ${messages} messages, ${repetitions} times`,
)
;['protocol', 'with transcript'].forEach((name, k) => {
  const sorted = (rates[k] as number[]).sort((a, b) => b - a)
  const [best, median] = [sorted[0] as number, sorted[sorted.length >> 1] as number]
  console.log(`${name.padEnd(16)} best ${Math.round(best)}, median ${Math.round(median)} messages a CPU second`)
})
