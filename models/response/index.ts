export * from './assign-units.ts'
