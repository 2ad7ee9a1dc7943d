export { DENSE_CELL_LIMIT, denseBackend } from './backend.ts'
export * from './simplex.ts'
