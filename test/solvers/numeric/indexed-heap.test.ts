import { expect, test } from 'vitest'
import { IndexedHeap, RandomStream } from '../../../solvers/numeric/index.ts'

test('a heap gives its items by rising key, whatever falls and leaves in between', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new RandomStream(seed)
    const key = Float64Array.from({ length: 30 }, () => random.integer(0, 20))
    const heap = new IndexedHeap(key)
    const inside = new Set<number>()
    for (let step = 0; step < 200; step++) {
      const item = random.integer(0, 29)
      if (random.chance(0.6)) {
        key[item] = inside.has(item) ? key[item]! - random.integer(0, 5) : random.integer(0, 20)
        heap.raise(item)
        inside.add(item)
      } else {
        const least = Math.min(...[...inside].map((other) => key[other]!))
        expect(heap.top === -1 ? Number.POSITIVE_INFINITY : key[heap.top]).toBe(least)
        const out = heap.pop()
        if (out >= 0) expect(key[out]).toBe(least)
        inside.delete(out)
      }
      expect(heap.size).toBe(inside.size)
      expect(heap.has(item)).toBe(inside.has(item))
    }
    heap.clear()
    expect([heap.size, heap.top, heap.pop()]).toEqual([0, -1, -1])
    for (let item = 0; item < 30; item++) expect(heap.has(item)).toBe(false)
  }
})
