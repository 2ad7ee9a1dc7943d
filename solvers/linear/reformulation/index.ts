export {
  type ActivityRange,
  activityRange,
  activityRangeByLp,
  type Expression,
  LARGE_CONSTANT,
} from './activity.ts'
export * from './extremum.ts'
export * from './indicator.ts'
export * from './piecewise-linear.ts'
export * from './product.ts'
export * from './semicontinuous.ts'
export * from './special-ordered-sets.ts'
