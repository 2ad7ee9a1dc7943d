import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCli, runJson } from './run-cli.ts'

const day = 'examples/warehouse-day.yaml'

describe('a day in the warehouse from the command line', () => {
  test('solve plans it: the scanner first, the proved cheapest plan', async () => {
    const { exit, json } = await runJson('solve', day)
    expect(exit).toBe(0)
    expect(json).toMatchObject({ kind: 'operation', status: 'optimal', cost: 34, makespan: 14, left: [] })
    expect(json['information']).toMatchObject([{ fact: 'bin A', sensor: 'scan A' }])
    expect(json['check']).toMatchObject({ checked: true, violations: [] })
  })

  test('execute lives it: all six orders for 53 € in 28 min, three new plans with their reasons', async () => {
    const { exit, json } = await runJson('execute', day)
    expect(exit).toBe(0)
    expect(json).toMatchObject({ status: 'done', cost: 53, time: 28, replans: 3, left: [] })
    expect(json['done']).toEqual(['O1', 'O2', 'O3', 'O4', 'O5', 'U1'])
  })

  test('too little money: what is left is named with the binding budget, exit 4', async () => {
    const { exit, json } = await runJson('execute', day, '--set', 'operation.budget=30')
    expect(exit).toBe(4)
    expect(json['status']).toBe('partial')
    const left = json['left'] as { task: string; required: boolean; reason: string }[]
    expect(left.map((one) => one.task)).toEqual(['O2', 'O3'])
    expect(left[0]?.reason).toContain('budget')
  })

  test('a finished journal gives the same answer again and does nothing twice', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'foreplan-day-'))
    try {
      const first = await runCli('execute', day, '--journal', folder, '--json')
      const before = readFileSync(join(folder, 'journal.jsonl'), 'utf8')
      const again = await runCli('execute', day, '--journal', folder, '--resume', '--json')
      expect(again.stdout).toBe(first.stdout)
      expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).toBe(before)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('faults of an operation are reported with their place, exit 3', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'foreplan-day-'))
    try {
      const file = join(folder, 'faulty.yaml')
      const text = readFileSync(day, 'utf8')
      writeFileSync(file, text.replace('lost: R2', 'lost: R9').replace('stocked: 0.7', 'stocked: 0.6'))
      const { exit, stderr } = await runCli('solve', file)
      expect(exit).toBe(3)
      expect(stderr).toMatch(/faulty\.yaml:\d+:\d+.*R9/)
      expect(stderr).toMatch(/faulty\.yaml:\d+:\d+.*bin A/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('the linear model of an operation, a hierarchy and a project', () => {
  test.each([
    ['examples/warehouse-day.yaml', 'cost'],
    ['examples/renovation.yaml', 'makespan'],
  ])('%s: another solver finds the same %s', async (name) => {
    const solved = await runJson('solve', name)
    const model = (await runCli('solve', name, '--export', 'lp')).stdout
    const folder = mkdtempSync(join(tmpdir(), 'model-'))
    const path = join(folder, 'model.lp')
    writeFileSync(path, model)
    const other = await runJson('lp', path)
    rmSync(folder, { recursive: true })
    expect(other.json['status']).toBe('optimal')
    expect(other.json['objective']).toBeCloseTo(solved.json['objective'] as number, 6)
  })
})
