export { type MissionOptions, type MissionResult, type MissionSolution, solveMission } from './mission.ts'
