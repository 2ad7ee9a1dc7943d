import type { MissionActivity, MissionProblem } from '../../domain/mission.ts'
import type { Checker } from './checker.ts'
import type { PlanningDocument } from './schema.ts'

export function compileMission(document: PlanningDocument, check: Checker): MissionProblem {
  check.onlySections(document, 'mission', ['mission'])
  check.required(document, 'mission', 'mission')
  const mission = document.mission ?? {
    slots: 1,
    slotMinutes: 60,
    energyIn: [0],
    battery: { initial: 0, capacity: 0 },
    memory: { capacity: 0 },
    activities: [],
  }
  const { slots, energyIn, battery, memory } = mission
  if (energyIn.length !== slots) {
    const message = `there are ${slots} slots but ${energyIn.length} amounts of energy`
    check.add('wrong-length', ['mission', 'energyIn'], message, `give ${slots} numbers`)
  }
  for (const [what, level] of [
    ['battery', battery],
    ['memory', memory],
  ] as const) {
    const { initial = 0, capacity } = level
    if (initial <= capacity) continue
    const message = `the ${what} starts with ${initial}, more than its capacity ${capacity}`
    check.add('out-of-range', ['mission', what, 'initial'], message, 'raise the capacity or lower the start', initial)
  }
  const ids = mission.activities.map((activity) => activity.id)
  unique(ids, ['mission', 'activities'], 'activities', check)
  const passes = mission.passes ?? []
  unique(
    passes.map((pass) => pass.id),
    ['mission', 'passes'],
    'passes',
    check,
  )
  passes.forEach((pass, index) => {
    pass.slots.forEach((slot, k) => {
      if (slot < slots) return
      const path = ['mission', 'passes', index, 'slots', k]
      check.add('out-of-range', path, `slot ${slot} lies after the last one`, `give 0 to ${slots - 1}`, slot)
    })
  })
  const activities = mission.activities.map((activity, index): MissionActivity => {
    const path = ['mission', 'activities', index]
    const window = activity.window ?? [0, slots]
    if (window[0] + activity.duration > Math.min(window[1], slots)) {
      const message = `"${activity.id}" takes ${activity.duration} slots and does not fit into its window`
      check.add('impossible-window', [...path, 'window'], message, 'widen the window', window)
    }
    activity.after?.forEach((before, k) => {
      check.known([...path, 'after', k], before, ids, 'activities')
    })
    return {
      id: activity.id,
      duration: activity.duration,
      energyPerSlot: activity.energy ?? 0,
      data: activity.data ?? 0,
      value: activity.value ?? 0,
      window,
      uses: activity.uses ?? [],
      after: activity.after ?? [],
    }
  })
  check.acyclic(
    'mission',
    activities.flatMap((activity) => activity.after.map((before) => [before, activity.id] as const)),
  )
  return {
    title: document.title ?? 'Mission',
    energyUnit: mission.energyUnit ?? '',
    dataUnit: mission.dataUnit ?? '',
    startOfDay: mission.start ?? null,
    slots,
    slotMinutes: mission.slotMinutes,
    energyIn,
    baseLoad: mission.baseLoad ?? 0,
    battery: {
      initial: battery.initial,
      capacity: battery.capacity,
      reserve: battery.reserve ?? 0,
      endMin: battery.endMin ?? battery.reserve ?? 0,
    },
    memory: { initial: memory.initial ?? 0, capacity: memory.capacity },
    peakPower: mission.peakPower ?? null,
    passes,
    downlinkEnergy: mission.downlinkEnergy ?? 0,
    activities,
    required: mission.activities.flatMap((activity) => (activity.required === true ? [activity.id] : [])),
  }
}

function unique(ids: readonly string[], path: readonly (string | number)[], what: string, check: Checker): void {
  ids.forEach((id, index) => {
    if (ids.indexOf(id) === index) return
    check.add('duplicate-id', [...path, index, 'id'], `"${id}" stands twice among the ${what}`, 'rename one', id)
  })
}
