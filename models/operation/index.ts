export { agentResource, allowedWays, compileOperation, effort, isDone, LEAVE, type Settled } from './compile.ts'
export { beliefIn, type RunningUnit, type Standing, sensingName, unitName, untouched } from './standing.ts'
