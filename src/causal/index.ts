export * from './goals.ts'
export * from './graph.ts'
export * from './links.ts'
export * from './model.ts'
