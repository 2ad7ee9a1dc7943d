/** Six robots, sixteen order lines: seconds a robot is away for an order, null where it lacks the capability. */
import { type AgentDescription, type TaskDescription, tablePlanner } from '../../src/coordination/index.ts'

export const fleet: readonly [string, readonly string[], number][] = [
  ['R1', ['tote'], 130],
  ['R2', ['tote', 'cold'], 180],
  ['R3', ['tote', 'heavy'], 140],
  ['R4', ['tote'], 170],
  ['R5', ['tote', 'cold', 'heavy'], 170],
  ['R6', ['tote', 'heavy'], 180],
]
export const needs = 'cold cold tote tote heavy tote tote heavy tote heavy tote tote cold tote tote tote'.split(' ')
export const seconds: (number | null)[][] = [
  [null, null, 54, 42, null, 64, 72, null, 72, null, 60, 54, null, 62, 72, 44],
  [54, 48, 48, 38, null, 58, 66, null, 66, null, 54, 48, 62, 56, 66, 38],
  [null, null, 48, 46, 44, 52, 58, 52, 66, 60, 46, 40, null, 56, 66, 40],
  [null, null, 50, 54, null, 52, 50, null, 66, null, 42, 44, null, 56, 66, 48],
  [54, 60, 58, 62, 54, 52, 42, 52, 66, 60, 44, 52, 38, 58, 66, 56],
  [null, null, 64, 68, 60, 58, 42, 58, 66, 66, 50, 58, null, 64, 66, 62],
]

export const orders = (count: number): TaskDescription[] =>
  needs.slice(0, count).map((need, j) => ({ id: orderId(j), needs: [need] }))

export const robots = (): AgentDescription[] =>
  fleet.map(([id, capabilities, battery], a) => ({
    id,
    capabilities,
    resources: { battery },
    planner: tablePlanner(
      new Map(
        (seconds[a] as (number | null)[]).flatMap((cost, j) =>
          cost === null ? [] : [[orderId(j), { cost, consumes: { battery: cost } }] as const],
        ),
      ),
    ),
  }))

function orderId(index: number): string {
  return `O${String(index + 1).padStart(2, '0')}`
}
