export { minutesOf, writeProjectMspdi } from './project.ts'
export { type MspdiOptions, type MspdiSchedule, writeMspdi } from './write.ts'
