/**
 * Foreplan: describe what must be achieved, the ways to do it, resources and agents; get plans with proofs.
 *
 * Everything exported here is stable under semantic versioning. The mathematics alone is at `foreplan/linear` and
 * `foreplan/assignment`.
 */
export * from '../models/allocation/index.ts'
export * from '../models/budget/index.ts'
export * from '../models/hierarchy/index.ts'
export * from '../models/pareto/index.ts'
export * from '../models/portfolio/index.ts'
export * from '../models/scheduling/index.ts'
export * from '../solvers/contract/index.ts'
export type * from './domain/allocation.ts'
export type * from './domain/answer-check.ts'
export type * from './domain/budget.ts'
export type * from './domain/conflict.ts'
export type * from './domain/front.ts'
export type * from './domain/hierarchy.ts'
export type * from './domain/portfolio.ts'
export type * from './domain/project.ts'
export type * from './domain/resource.ts'
export * from './io/cassandra/index.ts'
export * from './io/csv/index.ts'
export * from './io/document/index.ts'
export * from './io/jobshop/index.ts'
export * from './io/orlib/index.ts'
export * from './io/psplib/index.ts'
export * from './report/index.ts'
