export * from './minimum-distance.ts'
