export { readJobShop, writeJobShop } from './jobshop.ts'
