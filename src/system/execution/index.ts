export { DomainModel, DomainSource, domainTask } from './domain.ts'
