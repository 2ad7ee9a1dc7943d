export { hddlDocument } from './document.ts'
export { readIpcPlan, writeIpcPlan } from './ipc-plan.ts'
export { type HddlFileNames, readHddl, readHddlDomain } from './read.ts'
export { writeHddlDomain, writeHddlProblem } from './write.ts'
