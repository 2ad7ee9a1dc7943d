import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { RandomStream } from '../../solvers/numeric/index.ts'

const entry = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'interrupt-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A job shop that keeps the exact search busy for a long time, though a first schedule is quickly found. */
function hardJobShop(jobs: number, machines: number): string {
  const random = new RandomStream(5)
  const rows = Array.from({ length: jobs }, () => {
    const order = random.shuffle(Array.from({ length: machines }, (_, machine) => machine))
    return order.map((machine) => `${machine} ${random.integer(1, 99)}`).join(' ')
  })
  return `${jobs} ${machines}\n${rows.join('\n')}\n`
}

describe.skipIf(!existsSync(entry))('Ctrl-C on the built command (skipped when there is no build)', () => {
  test('ends with exit code 130 and the best schedule found so far', async () => {
    const path = join(folder, 'hard.txt')
    writeFileSync(path, hardJobShop(30, 15))
    const child = spawn(process.execPath, [entry, 'schedule', path, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    // The first progress line says that the search has an incumbent.
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => {
        stderr += chunk
        if (stderr.includes('best')) resolve()
      })
    })
    child.kill('SIGINT')
    const code = await new Promise((resolve) => child.on('exit', resolve))
    expect(code).toBe(130)
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ status: 'feasible', limit: 'interrupted' })
    expect(result.tasks).toHaveLength(450)
    expect(result.bound).toBeLessThanOrEqual(result.makespan)
  })
})
