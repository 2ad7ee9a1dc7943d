export { type DefineResult, definePomdp, safeDefinePomdp } from './define.ts'
export { defineFactoredPomdp, type FactoredModel, type FactoredResult, safeDefineFactoredPomdp } from './factored.ts'
export { ROCK_SAMPLE_7_8, RockSample, type RockSampleShape } from './rock-sample.ts'
