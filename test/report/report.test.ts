import { describe, expect, test } from 'vitest'
import { mandatoryTask, modeHolding, type ProjectProblem, type Schedule } from '../../src/domain/project.ts'
import {
  amountAt,
  renderBarsSvg,
  renderFrontSvg,
  renderGanttSvg,
  renderGanttText,
  renderHtml,
  renderMatrixSvg,
  renderTable,
  resourceProfiles,
  stockProfiles,
} from '../../src/report/index.ts'

const task = (id: string, duration: number, crew: number) =>
  mandatoryTask(id, [modeHolding('1', duration, 1, [['crew', crew]])])
const problem: ProjectProblem = {
  title: 'Dig & <pour>',
  timeUnit: 'days',
  costUnit: 'k€',
  resources: [{ id: 'crew', type: 'reusable', capacity: 5, initial: 5, costPerUnit: 0, costPerTime: 0 }],
  tasks: [task('dig', 3, 3), task('pour', 2, 2), task('cure', 2, 4)],
  precedence: [],
  deadline: 6,
  budget: null,
  objectives: ['makespan'],
}
const schedule: Schedule = {
  tasks: [
    { id: 'dig', mode: '1', start: 0, end: 3 },
    { id: 'pour', mode: '1', start: 1, end: 3 },
    { id: 'cure', mode: '1', start: 3, end: 5 },
  ],
  makespan: 5,
  cost: 3,
}

describe('resource profiles', () => {
  test('intervals are half-open: back-to-back tasks never add up', () => {
    const [crew] = resourceProfiles(problem, schedule)
    expect(crew?.steps).toEqual([
      { time: 0, amount: 3 },
      { time: 1, amount: 5 },
      { time: 3, amount: 4 },
      { time: 5, amount: 0 },
    ])
    expect(crew?.peak).toBe(5)
    expect(crew === undefined ? 0 : amountAt(crew, 2.5)).toBe(5)
  })
})

describe('text output', () => {
  test('the Gantt chart shows every task with its interval and the curve with its peak', () => {
    const text = renderGanttText(problem, schedule, { width: 60 })
    for (const part of ['dig', '0–3', 'pour', '1–3', 'cure', '3–5', 'peak 5 of 5']) expect(text).toContain(part)
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(60)
  })

  test('a table fits its width and keeps control characters of foreign names from the terminal', () => {
    const text = renderTable(
      [{ header: 'name' }, { header: 'hours', align: 'right' }],
      [
        ['a\u001b[31mred', '1'],
        ['x'.repeat(200), '22'],
      ],
      { width: 40 },
    )
    expect(text).not.toContain('\u001b')
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(40)
  })
})

describe('drawings', () => {
  const drawings = {
    gantt: renderGanttSvg(problem, schedule, { critical: ['dig'] }),
    front: renderFrontSvg({
      title: '<b>',
      xLabel: 'd',
      yLabel: 'c',
      points: [{ x: 1, y: 2, proved: true }],
      knee: null,
    }),
    emptyFront: renderFrontSvg({ title: 'none', xLabel: 'd', yLabel: 'c', points: [], knee: null }),
    matrix: renderMatrixSvg({ title: 'm', rows: ['<a>'], columns: ['b'], values: [[null]], chosen: [], unit: '' }),
    bars: renderBarsSvg({ title: 'b', unit: 'k€', bars: [{ name: 'x', value: 0, limit: null }] }),
  }
  test.each(Object.entries(drawings))('%s is one well-formed SVG without a number gone wrong', (_, svg) => {
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true)
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    expect(svg).not.toMatch(/<(pour|b|a)>/)
    expect(svg.match(/<[a-z]+[^>]*[^/]>/g)?.length).toBe(svg.match(/<\/[a-z]+>/g)?.length)
  })
})

test('the page holds no script and no outside reference, and escapes what comes from the document', () => {
  const page = renderHtml({
    title: '<script>alert(1)</script>',
    summary: 'a & b',
    facts: [['status', 'optimal']],
    sections: [
      { kind: 'table', heading: 'T', columns: ['a'], rows: [['<img src=x>']] },
      { kind: 'figure', heading: 'F', name: 'gantt', svg: renderGanttSvg(problem, schedule), caption: 'c' },
    ],
  })
  expect(page).not.toContain('<script')
  expect(page).not.toContain('<img')
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/)
})

test('the chart of a project shows closures, the level of stocks, and a title and legend that do not touch', () => {
  const held = modeHolding('by the slow but cheap way', 3, 1, [['crew', 3]])
  const takes = { resource: 'sand', amount: 4, when: 'duration' } as const
  const wide: ProjectProblem = {
    ...problem,
    title: 'A long title that says in many words what is to be built, where and for whom, and much more besides',
    resources: [
      ...problem.resources.map((resource) => ({ ...resource, closures: [{ from: 3, to: 4, amount: 2 }] })),
      { id: 'sand', type: 'consumable', capacity: null, initial: 6, costPerUnit: 1, costPerTime: 0 },
    ],
    tasks: [mandatoryTask('dig', [{ ...held, requires: [...held.requires, takes] }, modeHolding('fast', 1, 9, [])])],
  }
  const plan: Schedule = { tasks: [{ id: 'dig', mode: held.id, start: 0, end: 3 }], makespan: 3, cost: 5 }
  expect(resourceProfiles(wide, plan)[0]?.available).toEqual([
    { time: 0, amount: 5 },
    { time: 3, amount: 3 },
    { time: 4, amount: 5 },
  ])
  expect(stockProfiles(wide, plan)).toEqual([
    {
      ...{ resource: 'sand', capacity: null, peak: 6 },
      points: [
        { time: 0, level: 6 },
        { time: 3, level: 2 },
      ],
    },
  ])
  const svg = renderGanttSvg(wide, plan, { critical: ['dig'] })
  expect(svg).toContain('stock sand')
  expect(svg).toContain('not there')
  // The legend has a row of its own.
  expect(svg).toMatch(/<text [^>]*y="44"[^>]*>by the slow but cheap way</)
})
