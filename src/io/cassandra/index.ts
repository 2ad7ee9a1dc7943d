export { readAlpha, readPolicyGraph, writeAlpha, writePolicyGraph } from './policy-files.ts'
export { type ReadPomdpOptions, type ReadPomdpResult, readPomdp, safeReadPomdp } from './read-pomdp.ts'
export { writePomdp } from './write-pomdp.ts'
