export { type MspdiOptions, writeMspdi } from './write.ts'
