export * from '../../execution/index.ts'
export { DomainModel, DomainSource, domainTask } from './domain.ts'
