import { describe, expect, test } from 'vitest'
import { renderGraphSvg, renderLineChartSvg, renderTreeSvg, type TreeNode } from '../../src/report/index.ts'

describe('a tree', () => {
  test('names and outcomes from outside are escaped', () => {
    const svg = renderTreeSvg({ title: 'a & b', root: { label: '<x>', children: [{ label: 'y', edge: '"0.5"' }] } })
    expect(svg).toContain('a &amp; b')
    expect(svg).toContain('&lt;x&gt;')
    expect(svg).not.toContain('<x>')
    expect(svg).toContain('&quot;0.5&quot;')
  })

  test('a tree beyond the limit is folded, and the fold counts what it hides', () => {
    const leaf = (index: number): TreeNode => ({ label: `leaf ${index}`, children: [{ label: 'below' }] })
    const root = { label: 'root', children: Array.from({ length: 30 }, (_, index) => leaf(index)) }
    const svg = renderTreeSvg({ title: 'wide', root, maxNodes: 11 })
    expect(svg).toContain('… 40 more')
    expect(svg.match(/>leaf \d+<\/text>/g)).toHaveLength(10)
  })
})

describe('a graph', () => {
  test('cycles, parallel edges and loops are all drawn, and an id is only data', () => {
    const svg = renderGraphSvg({
      title: 'policy',
      nodes: [
        { id: 'a', label: 'A' },
        { id: '__proto__', label: 'B' },
      ],
      edges: [
        { from: 'a', to: '__proto__', label: 'one' },
        { from: 'a', to: '__proto__', label: 'two' },
        { from: '__proto__', to: 'a', label: 'back' },
        { from: 'a', to: 'a', label: 'stay' },
      ],
    })
    for (const text of ['one', 'two', 'back', 'stay']) expect(svg).toContain(`>${text}<`)
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  })

  test('no nodes give an empty drawing, not a fault', () => {
    expect(renderGraphSvg({ title: 'none', nodes: [], edges: [] })).not.toMatch(/NaN|Infinity/)
  })
})

describe('a line chart', () => {
  test('a constant line and one point have room around them', () => {
    const svg = renderLineChartSvg({
      title: 't',
      xLabel: 'x',
      yLabel: 'y',
      series: [
        { name: 'flat', points: [[1, 2]] },
        {
          name: 'broken',
          points: [
            [1, 2],
            [1, null],
          ],
        },
      ],
    })
    expect(svg).not.toMatch(/NaN|Infinity/)
  })
})
