/** Messages a CPU second of the contract net in process: `tsx bench/game/contract-net.ts [tasks] [agents]` */
import { contractNet } from '../../src/coordination/contract-net.ts'

const [taskCount = 3000, agentCount = 30] = process.argv.slice(2).map(Number)
const tasks = Array.from({ length: taskCount }, (_, k) => `t${k}`)
const contractors = Array.from({ length: agentCount }, (_, k) => ({
  id: `a${k}`,
  bid: () => ({ cost: k }),
  commit: () => undefined,
  release: () => undefined,
}))
contractNet(tasks.slice(0, 100), contractors)
const before = process.cpuUsage()
const { transcript } = contractNet(tasks, contractors)
const { user, system } = process.cpuUsage(before)
const seconds = (user + system) / 1e6
console.log(
  `${transcript.length} messages in ${seconds.toFixed(2)} s, ${Math.round(transcript.length / seconds)} a second`,
)
