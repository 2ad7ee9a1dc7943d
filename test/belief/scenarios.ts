/** The data of the diagnosis, localisation and testing examples. */
import type { PomdpProblem } from '../../src/domain/pomdp.ts'
import type { DiagnosisProblem, SensingProblem } from '../../src/domain/pomdp-decision.ts'

export const generator: DiagnosisProblem = {
  kind: 'diagnosis',
  title: '650 kVA diesel generator will not hold load',
  components: [
    { id: 'sensor', p: 0.15, cost: 60 },
    { id: 'battery-starter', p: 0.25, cost: 90 },
    { id: 'fuel-pump', p: 0.3, cost: 120 },
    { id: 'injectors', p: 0.22, cost: 210 },
    { id: 'ECU', p: 0.08, cost: 540 },
  ],
  tests: [
    {
      id: 'fuel-pressure',
      cost: 20,
      pPos: { sensor: 0.05, 'battery-starter': 0.05, 'fuel-pump': 0.92, injectors: 0.35, ECU: 0.05 },
    },
    {
      id: 'crank-voltage',
      cost: 8,
      pPos: { sensor: 0.04, 'battery-starter': 0.9, 'fuel-pump': 0.06, injectors: 0.06, ECU: 0.15 },
    },
    {
      id: 'OBD-scan',
      cost: 25,
      pPos: { sensor: 0.85, 'battery-starter': 0.1, 'fuel-pump': 0.2, injectors: 0.3, ECU: 0.8 },
    },
  ],
}

export const embolism = (prior: number): SensingProblem => ({
  kind: 'sensing',
  condition: 'pulmonary embolism',
  prior,
  treatPresent: 20,
  treatAbsent: 12,
  leavePresent: 160,
  leaveAbsent: 0,
  tests: [
    { id: 'D-dimer', sensitivity: 0.95, specificity: 0.42, loss: 0.4 },
    { id: 'leg-US', sensitivity: 0.45, specificity: 0.97, loss: 1 },
    { id: 'CTPA', sensitivity: 0.9, specificity: 0.95, loss: 3 },
  ],
})

/** Localise, then dock: 8 corridor cells between walls and the end of the episode. */
export function dockProblem(): PomdpProblem {
  const cells = [0, 1, 2, 3, 4, 5, 6, 7]
  const doors = new Set([1, 4, 6])
  const name = (cell: number) => `cell-${Math.min(7, Math.max(0, cell))}`
  const move = (step: number) =>
    Object.fromEntries(
      cells.map((cell) => {
        const to = name(cell + step)
        return [name(cell), to === name(cell) ? { [to]: 1 } : { [to]: 0.9, [name(cell)]: 0.1 }]
      }),
    )
  const see = (door: number, other: number) =>
    Object.fromEntries([
      ...cells.map((cell) => [
        name(cell),
        { door: doors.has(cell) ? door : other, wall: 1 - (doors.has(cell) ? door : other) },
      ]),
      ['docked', 'wall'],
    ])
  return {
    kind: 'pomdp',
    discount: 0.95,
    states: [...cells.map(name), 'docked'],
    actions: ['left', 'right', 'look', 'dock'],
    observations: ['door', 'wall'],
    start: Object.fromEntries(cells.map((cell) => [name(cell), 1 / 8])),
    transitions: { left: move(-1), right: move(1), look: 'identity', dock: { '*': 'docked' } },
    observe: { left: see(0.6, 0.3), right: see(0.6, 0.3), look: see(0.9, 0.05), dock: { '*': 'wall' } },
    rewards: [
      { action: 'left', value: -1 },
      { action: 'right', value: -1 },
      { action: 'look', value: -0.4 },
      { action: 'dock', value: -25 },
      { action: 'dock', state: name(4), value: 20 },
    ],
    terminal: ['docked'],
  }
}
