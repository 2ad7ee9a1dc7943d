/** Refuses projects that break their own rules, all faults at once. */

import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { ProjectProblem } from '../../src/domain/project.ts'
import type { Resource } from '../../src/domain/resource.ts'
import { Faults } from '../conflict/index.ts'

export function validateProject(problem: ProjectProblem): void {
  const faults = new Faults()
  const resources = faults.distinct(
    problem.resources.map((resource) => resource.id),
    (index) => ['resources', index, 'id'],
  )
  problem.resources.forEach((resource, index) => {
    const path = ['resources', index]
    if (resource.capacity !== null) faults.amount(resource.capacity, [...path, 'capacity'])
    faults.amount(resource.initial, [...path, 'initial'])
    if (resource.capacity !== null && resource.initial > resource.capacity) {
      const message = `"${resource.id}" starts with ${resource.initial}, more than its capacity ${resource.capacity}`
      const hint = 'raise the capacity or lower the initial amount'
      faults.add('out-of-range', [...path, 'initial'], message, hint, resource.initial)
    }
    validateCalendar(resource, problem, path, faults)
    faults.finite(resource.costPerUnit, [...path, 'costPerUnit'])
    faults.finite(resource.costPerTime, [...path, 'costPerTime'])
  })
  problem.deliveries?.forEach(({ resource: id, at, amount }, index) => {
    const path = ['deliveries', index]
    faults.known(id, resources, [...path, 'resource'])
    faults.amount(at, [...path, 'at'])
    faults.amount(amount, [...path, 'amount'])
    if (problem.resources.find((resource) => resource.id === id)?.type === 'reusable')
      faults.add('unsupported', [...path, 'resource'], `"${id}" is held, not stored`, 'deliver to stocks only')
  })
  const ids = faults.distinct(
    problem.tasks.map((task) => task.id),
    (index) => ['tasks', index, 'id'],
  )
  problem.tasks.forEach((task, index) => {
    const path = ['tasks', index]
    faults.amount(task.release, [...path, 'release'])
    if (task.start !== undefined) faults.amount(task.start, [...path, 'start'])
    if (task.deadline !== null) faults.amount(task.deadline, [...path, 'deadline'])
    if (task.due !== null) faults.finite(task.due, [...path, 'due'])
    faults.amount(task.weight, [...path, 'weight'])
    if (task.earlinessWeight !== undefined) faults.amount(task.earlinessWeight, [...path, 'earlinessWeight'])
    faults.finite(task.value, [...path, 'value'])
    if (task.modes.length === 0)
      faults.add('wrong-count', [...path, 'modes'], 'the task has no mode', 'give at least one')
    faults.distinct(
      task.modes.map((mode) => mode.id),
      (m) => [...path, 'modes', m, 'id'],
    )
    task.modes.forEach((mode, m) => {
      const place = [...path, 'modes', m]
      faults.amount(mode.duration, [...place, 'duration'])
      if (mode.window !== undefined) {
        faults.amount(mode.window[0], [...place, 'window', 0])
        if (!(mode.window[1] >= mode.window[0])) {
          const message = `the latest start ${mode.window[1]} lies before the earliest ${mode.window[0]}`
          faults.add('out-of-range', [...place, 'window', 1], message, 'swap or correct them', mode.window[1])
        }
      }
      faults.finite(mode.cost, [...place, 'cost'])
      for (const [field, list] of [
        ['requires', mode.requires],
        ['produces', mode.produces],
      ] as const) {
        list.forEach((requirement, r) => {
          faults.known(requirement.resource, resources, [...place, field, r, 'resource'])
          faults.amount(requirement.amount, [...place, field, r, 'amount'])
        })
      }
    })
  })
  problem.precedence.forEach((link, index) => {
    const path = ['precedence', index]
    faults.known(link.before, ids, [...path, 'before'])
    faults.known(link.after, ids, [...path, 'after'])
    faults.finite(link.minLag, [...path, 'minLag'])
    if (link.maxLag === null) return
    faults.finite(link.maxLag, [...path, 'maxLag'])
    if (link.maxLag < link.minLag) {
      const message = `the largest lag ${link.maxLag} is below the smallest ${link.minLag}`
      faults.add('out-of-range', [...path, 'maxLag'], message, 'swap or correct them', link.maxLag)
    }
  })
  faults.distinct(
    (problem.choices ?? []).map((rule) => rule.name),
    (index) => ['choices', index, 'name'],
  )
  problem.choices?.forEach(({ terms, least, most }, index) => {
    const path = ['choices', index]
    terms.forEach(({ task, mode, coefficient }, t) => {
      faults.known(task, ids, [...path, 'terms', t, 'task'])
      faults.finite(coefficient, [...path, 'terms', t, 'coefficient'])
      const modes = problem.tasks.find((candidate) => candidate.id === task)?.modes
      if (mode !== undefined && modes !== undefined) {
        faults.known(mode, new Set(modes.map((own) => own.id)), [...path, 'terms', t, 'mode'])
      }
    })
    if (least !== null) faults.finite(least, [...path, 'least'])
    if (most !== null) faults.finite(most, [...path, 'most'])
  })
  if (problem.deadline !== null) faults.amount(problem.deadline, ['deadline'])
  if (problem.budget !== null) faults.finite(problem.budget, ['budget'])
  if (problem.overspendPenalty !== undefined) faults.amount(problem.overspendPenalty, ['overspendPenalty'])
  if (problem.objectives.length === 0) {
    faults.add(
      'wrong-count',
      ['objectives'],
      'there is no objective',
      'name makespan, cost, weighted-tardiness or value',
    )
  }
  validateWeights(problem, faults)
  faults.distinct(problem.objectives, (index) => ['objectives', index])
  if (faults.issues.length > 0) throw new InvalidInputError(faults.issues)
}

/** A weighted sum stands alone, has weights, and what it counts is linear in what is chosen. */
function validateWeights({ objectives, weights, overspendPenalty }: ProjectProblem, faults: Faults): void {
  const weighted = objectives.includes('weighted')
  const given = Object.entries(weights ?? {})
  for (const [measure, weight] of given) faults.amount(weight, ['weights', measure])
  if (!weighted) {
    if (weights !== undefined)
      faults.add('unsupported', ['weights'], 'no objective is weighted', 'set the objective weighted, or take them out')
    return
  }
  if (!given.some(([, weight]) => weight > 0))
    faults.add('wrong-count', ['weights'], 'a weighted sum counts nothing', 'give a measure a weight > 0')
  if (objectives.length > 1)
    faults.add('unsupported', ['objectives'], 'a weighted sum stands alone', 'take the other objectives out')
  if (overspendPenalty !== undefined) {
    const message = 'a weighted sum and a soft budget do not go together'
    faults.add('unsupported', ['overspendPenalty'], message, 'make the budget hard, or order the objectives')
  }
}

/** Closures and set-ups of one resource. */
function validateCalendar(
  { id, type, capacity, closures = [], setups = [] }: Resource,
  problem: ProjectProblem,
  path: readonly (string | number)[],
  faults: Faults,
): void {
  if ((closures.length > 0 || setups.length > 0) && (type !== 'reusable' || capacity === null)) {
    const field = closures.length > 0 ? 'closures' : 'setups'
    const message = `"${id}" is no reusable resource with a capacity`
    faults.add('unsupported', [...path, field], message, `give ${field} to reusable resources only`)
  }
  closures.forEach(({ from, to, amount }, index) => {
    const place = [...path, 'closures', index]
    faults.amount(from, [...place, 'from'])
    faults.amount(to, [...place, 'to'])
    if (to < from) faults.add('out-of-range', [...place, 'to'], `${to} lies before ${from}`, 'swap or correct them', to)
    if (amount !== null) faults.amount(amount, [...place, 'amount'])
  })
  setups.forEach(({ time }, index) => {
    faults.amount(time, [...path, 'setups', index, 'time'])
  })
  if (setups.length === 0) return
  if (capacity !== 1) {
    const message = `set-up times need one task at a time, "${id}" serves ${capacity}`
    faults.add('unsupported', [...path, 'setups'], message, 'give it the capacity 1')
  }
  for (const task of problem.tasks) {
    const uses = task.modes.filter((mode) => mode.requires.some((need) => need.resource === id)).length
    if (uses === 0 || uses === task.modes.length) continue
    const message = `"${task.id}" uses "${id}", which is set up, in some of its modes only`
    faults.add('unsupported', [...path, 'setups'], message, 'use it in all modes of the task or in none')
  }
}
