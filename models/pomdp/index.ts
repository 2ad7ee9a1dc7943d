export { type DefineResult, definePomdp, safeDefinePomdp } from './define.ts'
