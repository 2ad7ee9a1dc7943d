export { DENSE_CELL_LIMIT, denseBackend } from './backend.ts'
export { loadScaled, type Scale, valuesOf } from './scaling.ts'
export * from './simplex.ts'
