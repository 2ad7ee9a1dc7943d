/** Sorts positions by key, in place; near O(n) when they are nearly in order already, as between two propagations. */
export function insertionSort(positions: Int32Array, key: Int32Array): void {
  for (let k = 1; k < positions.length; k++) {
    const item = positions[k]!
    const value = key[item]!
    let at = k - 1
    while (at >= 0 && key[positions[at]!]! > value) {
      positions[at + 1] = positions[at]!
      at--
    }
    positions[at + 1] = item
  }
}
