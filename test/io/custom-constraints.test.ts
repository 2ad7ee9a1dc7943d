import { describe, expect, test } from 'vitest'
import { solveAllocation } from '../../models/allocation/index.ts'
import { solvePortfolio } from '../../models/portfolio/index.ts'
import { readDocument } from '../../src/io/document/index.ts'

const PORTFOLIO = `version: 1
periods: { count: 2, budget: [10, 10] }
projects:
  - { id: harbour, cost: [6], benefit: 20 }
  - { id: depot, cost: [4], benefit: 12 }
  - { id: shop, cost: [4], benefit: 9 }
`
const ALLOCATION = `version: 1
kind: allocation
agents: [ann, bob]
tasks: [dig, build, paint]
costs: [[1, 1, 1], [5, 6, 7]]
`

function read(text: string) {
  const result = readDocument(text)
  if (result.status !== 'read') throw new Error(JSON.stringify(result.issues))
  return result.problem
}

async function portfolio(constraints: string) {
  const stated = read(`${PORTFOLIO}constraints:\n${constraints}`)
  if (stated.kind !== 'portfolio') throw new Error(stated.kind)
  return solvePortfolio(stated.problem)
}

async function allocation(constraints: string) {
  const stated = read(`${ALLOCATION}constraints:\n${constraints}`)
  if (stated.kind !== 'allocation') throw new Error(stated.kind)
  return solveAllocation(stated.problem)
}

function faults(text: string): [string, string][] {
  const result = readDocument(text)
  return result.status === 'read' ? [] : result.issues.map((issue) => [issue.code, issue.path.join('.')])
}

describe('constraints of a portfolio', () => {
  test('limit how many projects are done', async () => {
    const terms = '{ project: harbour }, { project: depot }, { project: shop }'
    const result = await portfolio(`  - { name: two sites, most: 2, terms: [${terms}] }`)
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.plan.map(({ project }) => project).sort()).toEqual(['depot', 'harbour'])
  })

  test('keep a project from starting in a period', async () => {
    const result = await portfolio('  - { name: later, most: 0, terms: [{ project: harbour, period: 1 }] }')
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.plan.find(({ project }) => project === 'harbour')?.start).toBe(2)
  })

  test('are named when they contradict each other', async () => {
    const result = await portfolio(
      '  - { name: all, least: 3, terms: [{ project: harbour }, { project: depot }, { project: shop }] }\n' +
        '  - { name: no shop, most: 0, terms: [{ project: shop }] }',
    )
    if (result.status !== 'infeasible') throw new Error(result.status)
    expect(result.conflict.constraints.map(({ name }) => name).sort()).toEqual(['rule all', 'rule no shop'])
    expect(result.conflict.explanation).toContain('the rule "all" (at least 3)')
  })

  test('are refused where they name what is not there', () => {
    const terms = '[{ project: port }, { project: depot, period: 3 }, { agent: ann }]'
    expect(faults(`${PORTFOLIO}constraints:\n  - { name: wrong, most: 1, terms: ${terms} }`)).toEqual([
      ['unknown-name', 'constraints.0.terms.0.project'],
      ['out-of-range', 'constraints.0.terms.1.period'],
      ['missing-field', 'constraints.0.terms.2'],
      ['misplaced-field', 'constraints.0.terms.2.agent'],
    ])
  })
})

describe('constraints of an allocation', () => {
  test('limit how many tasks an agent takes', async () => {
    const result = await allocation('  - { name: ann rests, most: 1, terms: [{ agent: ann }] }')
    expect(result).toMatchObject({ status: 'optimal', cost: 1 + 5 + 6 })
  })

  test('keep two tasks with one agent: the difference of what it does is nothing', async () => {
    const terms = '[{ agent: bob, task: dig }, { agent: bob, task: paint, coefficient: -1 }]'
    const result = await allocation(
      `  - { name: together, least: 0, most: 0, terms: ${terms} }\n  - { name: bob works, least: 1, terms: [{ agent: bob, task: dig }] }`,
    )
    expect(result).toMatchObject({ status: 'optimal', cost: 5 + 7 + 1 })
  })

  test('are named when they cannot hold', async () => {
    const result = await allocation('  - { name: four, least: 4, terms: [{ agent: ann }] }')
    if (result.status !== 'infeasible') throw new Error(result.status)
    expect(result.conflict.constraints.map(({ name }) => name)).toContain('rule four')
    expect(result.conflict.explanation).toContain('the rule "four" (at least 4)')
  })

  test('are refused where they name no agent or no limit', () => {
    expect(faults(`${ALLOCATION}constraints:\n  - { name: wrong, terms: [{ task: dig }, { agent: carl }] }`)).toEqual([
      ['missing-field', 'constraints.0'],
      ['missing-field', 'constraints.0.terms.0'],
      ['unknown-name', 'constraints.0.terms.1.agent'],
    ])
  })
})
