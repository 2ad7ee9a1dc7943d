export * from './cheapest-relaxation.ts'
export * from './find-conflict.ts'
