export { DomainModel, DomainSource, domainTask } from './domain.ts'
export { traceViolations } from './violations.ts'
