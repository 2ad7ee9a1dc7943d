/** Eight people, eight tasks, hours; null = cannot. Optimum 43 (unique); largest task 8 h at best, then 44 h in total. */
export const hours: readonly (readonly (number | null)[])[] = [
  [7, 12, 6, 3, 13, null, null, null],
  [6, null, 12, 9, 13, 4, 6, 13],
  [9, 13, 11, 4, 7, null, 7, 4],
  [null, 4, 9, 11, 11, 10, 11, 13],
  [11, 3, 4, 10, 10, 7, 13, 5],
  [11, 13, 6, 9, 12, 9, 9, 13],
  [10, 11, null, 7, 8, null, 8, 12],
  [7, 13, 10, 5, 10, 8, 11, null],
]
