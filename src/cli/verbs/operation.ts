/** Operations behind `solve` and `plan` (the plan alone) and behind `execute` (carried out in the document's world). */

import type { PlanExecutor } from '../../domain/execution.ts'
import type { OperationDocument } from '../../domain/operation.ts'
import { type ExecutionRecorder, WallClock } from '../../execution/index.ts'
import { AdvancedPlanningSystem, type OperationOutcome, planOperation } from '../../system/index.ts'
import { presentOperationPlan } from '../present/operation.ts'
import type { Outcome, Session } from '../session.ts'
import type { ExecuteOptions } from './execute-run.ts'

export async function planOperationDocument(stated: OperationDocument, session: Session): Promise<Outcome> {
  const protocol = stated.protocol as NonNullable<Parameters<typeof planOperation>[1]>['protocol']
  const result = await planOperation(stated.problem, {
    ...session.run,
    ...(protocol === undefined ? {} : { protocol }),
  })
  return presentOperationPlan(stated, result, session.streams.width)
}

export async function executeOperation(
  stated: OperationDocument,
  options: ExecuteOptions,
  session: Session,
  {
    executor,
    recorder,
  }: { readonly executor?: PlanExecutor | undefined; readonly recorder?: ExecutionRecorder | undefined },
): Promise<OperationOutcome> {
  const { problem, settings } = stated
  const strategy = options.strategy ?? settings.strategy
  const maxReplans = options.maxReplans ?? settings.maxReplans
  const { checkEvery, compare } = settings
  const system = new AdvancedPlanningSystem({
    agents: problem.agents,
    resources: problem.resources,
    observationModel: { facts: problem.facts, sensors: problem.sensors, readings: problem.readings },
    coordinationProtocol: stated.protocol,
    objectives: problem.objectives,
    title: problem.title,
    timeUnit: problem.timeUnit,
    costUnit: problem.costUnit,
    ...(session.run.seed === undefined ? {} : { seed: session.run.seed }),
    ...(executor === undefined ? {} : { executor }),
    monitoring: {
      ...(executor === undefined || executor.timing === 'simulated' ? {} : { clock: new WallClock() }),
      ...(strategy === undefined ? {} : { strategy }),
      ...(checkEvery === undefined ? {} : { checkEvery }),
      ...(compare === undefined ? {} : { compare }),
      ...(recorder === undefined ? {} : { recorder }),
    },
  })
  return system.planAndExecute({
    tasks: problem.tasks,
    constraints: {
      ...(problem.budget === null ? {} : { budget: problem.budget }),
      ...(problem.deadline === null ? {} : { deadline: problem.deadline }),
    },
    ...(executor === undefined ? { world: stated.world } : {}),
    ...(maxReplans === undefined ? {} : { maxReplans }),
    ...(session.run.timeLimitMs === undefined ? {} : { timeLimitMs: session.run.timeLimitMs }),
    ...(session.run.signal === undefined ? {} : { signal: session.run.signal }),
    onEvent: (event) => {
      if (event.kind !== 'replanned') return
      const { number, time, triggers, strategy: chosen } = event.record
      session.talk(`replanning ${number} at ${time}: ${triggers[0]?.trigger}, ${triggers[0]?.evidence} -> ${chosen}`)
    },
  })
}
