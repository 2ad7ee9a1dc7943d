import { expect, test } from 'vitest'
import { renderTriangleSvg } from '../../src/report/index.ts'

/** The state that is most likely is acted for; between 0 and 1 it is worth its probability. */
const likeliest = renderTriangleSvg({
  title: 'Who is <there>?',
  corners: ['ann', 'bob', 'eve'],
  groups: ['for ann', 'for bob', 'for eve', 'never chosen'],
  at: (belief) => {
    const group = belief.indexOf(Math.max(...belief))
    return { group, piece: group, value: belief[group] as number }
  },
  marks: [{ belief: [1 / 3, 1 / 3, 1 / 3], text: 'start' }],
  resolution: 10,
})

test('a function over three states has a corner for each, and a legend of the actions that occur', () => {
  for (const word of ['ann', 'bob', 'eve', 'for ann', 'for bob', 'for eve', 'start']) expect(likeliest).toContain(word)
  expect(likeliest).not.toContain('never chosen')
  expect(likeliest).toContain('Who is &lt;there&gt;?')
})

test('every belief of the grid is covered: resolution squared cells, whatever is asked there', () => {
  const asked: number[][] = []
  renderTriangleSvg({
    title: 't',
    corners: ['a', 'b', 'c'],
    groups: ['act'],
    at: (belief) => {
      asked.push([...belief])
      return { group: 0, piece: 0, value: 1 }
    },
    resolution: 6,
  })
  const distinct = new Set(asked.map((belief) => belief.map((p) => p.toFixed(6)).join(' ')))
  expect(distinct.size).toBeGreaterThanOrEqual(36)
  for (const belief of asked) {
    expect(belief.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9)
    expect(Math.min(...belief)).toBeGreaterThanOrEqual(0)
  }
})
