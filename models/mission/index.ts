export { type Exclusion, exclusions } from './admission.ts'
export { type MissionOptions, type MissionResult, type MissionSolution, solveMission } from './mission.ts'
