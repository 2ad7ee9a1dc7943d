declare module 'munkres-js' {
  /** The package copies and pads the matrix. @returns [row, column] pairs */
  const computeMunkres: (matrix: number[][]) => [number, number][]
  export = computeMunkres
}
