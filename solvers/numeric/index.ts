export * from './indexed-heap.ts'
export * from './random.ts'
export * from './sum.ts'
export * from './tolerance.ts'
