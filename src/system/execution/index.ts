export { DomainModel, DomainSource, domainTask } from './domain.ts'
export { HierarchySource, hierarchyTask } from './hierarchy.ts'
export { HierarchyModel } from './hierarchy-model.ts'
export { traceViolations } from './violations.ts'
