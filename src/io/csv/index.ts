export { readCostJson, writeCostJson } from './cost-json.ts'
export { type CostCsvOptions, readCostCsv, writeCostCsv } from './cost-matrix.ts'
export type { NamedCosts } from './named-costs.ts'
export { type Cell, type Delimiter, detectDelimiter, readRecords, writeCell } from './records.ts'
