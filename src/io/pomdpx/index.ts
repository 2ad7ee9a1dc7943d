export { readPomdpx } from './read-pomdpx.ts'
