/**
 * The simulator of a mission: replays a plan slot by slot, with its own battery and memory, and evaluates every rule.
 * Written against the problem alone. Solar energy beyond a full battery is left.
 */
import { type AnswerCheck, Findings } from './answer-check.ts'
import type { MissionPlan, MissionProblem } from './mission.ts'

export interface MissionEvaluation {
  readonly value: number
  /** Levels at the slot boundaries 0 .. slots. */
  readonly battery: readonly number[]
  readonly memory: readonly number[]
  /** Power in each slot, energy units per hour. */
  readonly power: readonly number[]
  readonly sent: number
  readonly check: AnswerCheck
}

export function evaluateMission(problem: MissionProblem, plan: MissionPlan): MissionEvaluation {
  const findings = new Findings()
  const perHour = 60 / problem.slotMinutes
  const byId = new Map(problem.activities.map((activity) => [activity.id, activity]))
  const ends = new Map(plan.steps.map((step) => [step.id, step.end]))
  let value = 0
  for (const step of plan.steps) {
    const activity = byId.get(step.id)
    findings.holds('known activity', activity !== undefined, () => `${step.id} is not an activity`)
    if (activity === undefined) continue
    value += activity.value
    const [earliest, latest] = activity.window
    findings.equal(
      `duration ${step.id}`,
      step.end - step.start,
      activity.duration,
      () => `${step.id} has the wrong length`,
    )
    findings.atLeast(`window ${step.id}`, step.start, earliest, () => `${step.id} starts before ${earliest}`)
    findings.atMost(`window ${step.id}`, step.end, latest, () => `${step.id} ends after ${latest}`)
    for (const before of activity.after) {
      const end = ends.get(before) ?? Number.POSITIVE_INFINITY
      findings.holds(
        `after ${before} > ${step.id}`,
        end <= step.start,
        () => `${step.id} starts before ${before} is done`,
      )
    }
  }
  for (const id of problem.required ?? []) findings.holds(`required ${id}`, ends.has(id), () => `${id} is not done`)
  findings.equal('each once', ends.size, plan.steps.length, () => 'an activity is done twice')
  const battery = [problem.battery.initial]
  const memory = [problem.memory.initial]
  const power: number[] = []
  for (let slot = 0; slot < problem.slots; slot++) {
    const running = plan.steps.filter((step) => step.start <= slot && slot < step.end)
    const sent = plan.sent[slot] ?? 0
    const passes = problem.passes.filter((pass) => pass.slots.includes(slot))
    const rate = passes.reduce((sum, pass) => sum + pass.rate, 0)
    findings.atMost(`pass in slot ${slot}`, sent, rate, () => `${sent} is sent in slot ${slot}, ${rate} can be`)
    findings.atMost(`data in slot ${slot}`, sent, memory[slot]!, () => `${sent} is sent of ${memory[slot]}`)
    const devices = running.flatMap((step) => byId.get(step.id)?.uses ?? [])
    findings.equal(
      `devices in slot ${slot}`,
      new Set(devices).size,
      devices.length,
      () => `a device is used twice in slot ${slot}`,
    )
    let load = problem.baseLoad + (sent > 1e-9 ? problem.downlinkEnergy : 0)
    for (const step of running) load += byId.get(step.id)?.energyPerSlot ?? 0
    power.push(load * perHour)
    if (problem.peakPower !== null) {
      findings.atMost(
        `power in slot ${slot}`,
        load * perHour,
        problem.peakPower,
        () => `${load * perHour} in slot ${slot}`,
      )
    }
    const level = Math.min(problem.battery.capacity, battery[slot]! + problem.energyIn[slot]! - load)
    battery.push(level)
    findings.atLeast(
      `reserve after slot ${slot}`,
      level,
      problem.battery.reserve,
      () => `battery ${level} after slot ${slot}`,
    )
    const arrived = plan.steps
      .filter((step) => step.end === slot + 1)
      .reduce((sum, step) => sum + (byId.get(step.id)?.data ?? 0), 0)
    const stored = memory[slot]! - sent + arrived
    memory.push(stored)
    findings.atMost(
      `memory after slot ${slot}`,
      stored,
      problem.memory.capacity,
      () => `${stored} stored after slot ${slot}`,
    )
  }
  const last = battery[problem.slots]!
  findings.atLeast('battery at the end', last, problem.battery.endMin, () => `battery ${last} at the end`)
  const sent = plan.sent.reduce((sum, amount) => sum + amount, 0)
  return { value, battery, memory, power, sent, check: findings.verdict() }
}
