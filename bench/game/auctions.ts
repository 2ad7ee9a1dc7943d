/** Combinatorial auctions in the CATS text format. */
import { readFileSync } from 'node:fs'
import type { CombinatorialAuction, PackageBid } from '../../src/domain/auction.ts'
import { coordinationFolder } from './instances.ts'

/** Dummy goods, which make bids exclude each other, are items like the others. */
export function readAuction(file: string): CombinatorialAuction {
  const items = new Set<string>()
  const bids = readFileSync(`${coordinationFolder}cats/${file}`, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^\d+\s+[\d.]+\s+\d/.test(line))
    .map((line): PackageBid => {
      const [id = '', price = '', ...goods] = line.replace('#', '').trim().split(/\s+/)
      for (const good of goods) items.add(good)
      return { id, bidder: id, items: goods, price: Number(price) }
    })
  return { title: file, unit: '', items: [...items], bids, side: 'sell', cover: 'free-disposal', exclusive: false }
}

export interface ExpectedWinners {
  readonly file: string
  /** Best known revenue. */
  readonly best: number
  readonly isOptimal: boolean
  readonly lpBound: number
  readonly highsWasmCpuMs: number
}

export function expectedWinners(): readonly ExpectedWinners[] {
  return JSON.parse(readFileSync(`${coordinationFolder}cats/expected.json`, 'utf8')) as ExpectedWinners[]
}
