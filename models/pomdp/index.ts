export { type DefineResult, definePomdp, safeDefinePomdp } from './define.ts'
export { defineFactoredPomdp, type FactoredModel, type FactoredResult, safeDefineFactoredPomdp } from './factored.ts'
