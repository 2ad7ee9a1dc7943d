/**
 * OR-Library assignment files (J. E. Beasley, http://people.brunel.ac.uk/~mastjjb/jeb/orlib/assigninfo.html): the size n, then
 * n * n costs row by row, separated by blanks and line breaks anywhere.
 */

import type { FlatCosts } from '../../../solvers/assignment/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { NumberReader } from './tokens.ts'

const LARGEST_SIZE = 8192

/**
 * @param file name for the places in issues
 * @throws InvalidInputError with line and column
 */
export function readOrlibAssignment(text: string, file?: string): FlatCosts {
  const reader = new NumberReader(text, file)
  const size = reader.size('the number of rows', 1, LARGEST_SIZE)
  const costs = new Float64Array(size * size)
  for (let k = 0; k < costs.length; k++) costs[k] = reader.number(`the cost (${Math.floor(k / size)}, ${k % size})`)
  reader.end()
  return { rows: size, columns: size, costs }
}

/** The format knows square matrices without forbidden pairs only. @throws InvalidInputError for others */
export function writeOrlibAssignment(matrix: FlatCosts): string {
  const { rows, columns, costs, forbidden } = matrix
  if (rows !== columns || forbidden?.includes(1) === true || !costs.every(Number.isFinite)) {
    throw new InvalidInputError([
      {
        code: 'not-expressible',
        path: [],
        message: `OR-Library text holds square matrices without forbidden pairs, not this ${rows} x ${columns} one`,
        hint: 'write CSV instead',
      },
    ])
  }
  const lines = [` ${rows}`]
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 10) {
      lines.push(` ${costs.subarray(i * columns + j, i * columns + Math.min(j + 10, columns)).join(' ')}`)
    }
  }
  return `${lines.join('\n')}\n`
}
