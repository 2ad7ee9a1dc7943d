export type * from '../domain/decomposition.ts'
