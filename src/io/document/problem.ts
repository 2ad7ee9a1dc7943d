/** Which problem a document states. */
import type { AllocationProblem, AssignmentProblem } from '../../domain/allocation.ts'
import type { BudgetProblem } from '../../domain/budget.ts'
import type { CausalProblem } from '../../domain/causal.ts'
import type { CoalitionProblem } from '../../domain/coalition.ts'
import type { CoordinationProblem } from '../../domain/coordination.ts'
import type { ExecutionProblem } from '../../domain/execution-problem.ts'
import type { HierarchyProblem } from '../../domain/hierarchy.ts'
import type { MatrixGame } from '../../domain/matrix-game.ts'
import type { MissionProblem } from '../../domain/mission.ts'
import type { OperationDocument } from '../../domain/operation.ts'
import type { StatedPlanning } from '../../domain/planning.ts'
import type { PortfolioProblem } from '../../domain/portfolio.ts'
import type { ProjectProblem } from '../../domain/project.ts'
import type { BeliefProblem } from './compile-belief.ts'

export type PlanningProblem =
  | { readonly kind: 'budget'; readonly problem: BudgetProblem }
  | { readonly kind: 'portfolio'; readonly problem: PortfolioProblem }
  | { readonly kind: 'project'; readonly problem: ProjectProblem }
  | { readonly kind: 'hierarchy'; readonly problem: HierarchyProblem }
  | { readonly kind: 'mission'; readonly problem: MissionProblem }
  | { readonly kind: 'assignment'; readonly problem: AssignmentProblem }
  | { readonly kind: 'allocation'; readonly problem: AllocationProblem }
  | { readonly kind: 'game'; readonly problem: MatrixGame }
  | { readonly kind: 'coalition'; readonly problem: CoalitionProblem }
  | BeliefProblem
  | { readonly kind: 'coordination'; readonly problem: CoordinationProblem }
  | { readonly kind: 'execution'; readonly problem: ExecutionProblem }
  | { readonly kind: 'plan'; readonly problem: StatedPlanning }
  | { readonly kind: 'operation'; readonly problem: OperationDocument }
  | { readonly kind: 'causal'; readonly problem: CausalProblem }

export type ProblemKind = PlanningProblem['kind']
