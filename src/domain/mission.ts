/**
 * A mission over equal slots of time: activities are chosen and timed for the largest value under a battery with solar
 * input, a data memory emptied in communication passes, devices that do one thing at a time, and a limit on power.
 * Slots are numbered from 0; an activity on [s, e) occupies slots s .. e-1.
 */

export interface MissionActivity {
  readonly id: string
  /** Slots. */
  readonly duration: number
  /** Energy drawn in each slot. */
  readonly energyPerSlot: number
  /** Data that appears when the activity ends. */
  readonly data: number
  readonly value: number
  /** Earliest start and latest end. */
  readonly window: readonly [number, number]
  /** Devices held. */
  readonly uses: readonly string[]
  /** Activities that must be done and finished before. */
  readonly after: readonly string[]
}

export interface CommunicationPass {
  readonly id: string
  readonly slots: readonly number[]
  /** Most data sent in a slot. */
  readonly rate: number
}

export interface MissionProblem {
  readonly title: string
  /** For people. @default '' */
  readonly energyUnit?: string
  /** For people. @default '' */
  readonly dataUnit?: string
  /** Time of day of slot 0, HH:MM, for people; null or absent: slots are shown by number. */
  readonly startOfDay?: string | null
  readonly slots: number
  readonly slotMinutes: number
  /** Solar energy of each slot; what does not fit into the battery is not taken. */
  readonly energyIn: readonly number[]
  /** Energy that is always drawn, each slot. */
  readonly baseLoad: number
  /** `reserve`: least level at any time; `endMin`: least level after the last slot. */
  readonly battery: {
    readonly initial: number
    readonly capacity: number
    readonly reserve: number
    readonly endMin: number
  }
  readonly memory: { readonly initial: number; readonly capacity: number }
  /** Most power at any time, in energy units per hour; null means unlimited. */
  readonly peakPower: number | null
  readonly passes: readonly CommunicationPass[]
  /** Energy of a slot in which data is sent. */
  readonly downlinkEnergy: number
  readonly activities: readonly MissionActivity[]
  /** Ids of activities that must be done. @default none */
  readonly required?: readonly string[]
}

/** Start of each chosen activity, and the data sent in each slot. */
export interface MissionPlan {
  readonly steps: readonly { readonly id: string; readonly start: number; readonly end: number }[]
  readonly sent: readonly number[]
}
