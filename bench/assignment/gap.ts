/**
 * Generalised assignment: every OR-Library gap problem of the benchmark folder against its published optimum.
 * Run: npx tsx bench/assignment/gap.ts [folder]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { assignGeneralised } from '../../solvers/assignment/index.ts'
import { readOrlibGeneralisedAssignment } from '../../src/io/orlib/index.ts'

/** Optima of gap1 to gap12, five problems each: P. C. Chu and J. E. Beasley, Comput. Oper. Res. 24 (1997). */
const optima: Readonly<Record<string, readonly number[]>> = {
  gap1: [336, 327, 339, 341, 326],
  gap3: [580, 564, 573, 570, 564],
  gap5: [563, 558, 564, 568, 559],
  gap7: [942, 949, 968, 945, 951],
  gap9: [709, 717, 712, 723, 706],
  gap11: [1139, 1178, 1195, 1171, 1171],
}

const folder = process.argv[2] ?? '../shared/benchmarks/solvers/orlib'
if (!existsSync(folder)) {
  console.log(`no folder ${folder}: name the folder that holds gap1.txt ...`)
  process.exit(2)
}
let wrong = 0
for (const name of readdirSync(folder).filter((file) => /^gap\d+\.txt$/.test(file))) {
  const published = optima[name.replace('.txt', '')]
  const problems = readOrlibGeneralisedAssignment(readFileSync(`${folder}/${name}`, 'utf8'), name)
  for (const [k, problem] of problems.entries()) {
    const before = process.cpuUsage()
    const result = await assignGeneralised({ ...problem, costs: problem.values }, { sense: 'maximize' })
    const used = process.cpuUsage(before)
    const found = result.status === 'optimal' ? result.cost : null
    const agrees = published === undefined || found === published[k]
    if (!agrees) wrong++
    const shape = `${problem.agents} x ${problem.jobs}`
    const milliseconds = ((used.user + used.system) / 1000).toFixed(0)
    console.log(
      `${name} ${k + 1}  ${shape}  ${result.status} ${found}  published ${published?.[k]}  ${milliseconds} ms CPU`,
    )
  }
}
console.log(wrong === 0 ? 'all as published' : `${wrong} differ`)
process.exit(wrong === 0 ? 0 : 1)
