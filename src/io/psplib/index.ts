export { looksLikeConsProd, readConsProd, readPatterson, writePatterson } from './patterson.ts'
export { readProgenMax, writeProgenMax } from './progen-max.ts'
export { readPsplib, writePsplib } from './psplib.ts'
