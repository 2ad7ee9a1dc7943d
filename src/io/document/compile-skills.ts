/** People by what they can do: every choice of different people that covers the skills asked for is a way of doing a task. */
import type { Mode } from '../../domain/project.ts'
import type { Checker } from './checker.ts'
import { suggestName } from './names.ts'
import type { PlanningDocument } from './schema.ts'

/** Names of the resources that have a skill, by skill. */
export type People = ReadonlyMap<string, readonly string[]>
export type Skills = Readonly<Record<string, number>>

/** Ways of doing one task beyond which the choice is too large. */
const MOST_CHOICES = 500

export function peopleOf(document: PlanningDocument): People {
  const people = new Map<string, string[]>()
  for (const resource of document.resources ?? []) {
    for (const skill of resource.skills ?? []) people.set(skill, [...(people.get(skill) ?? []), resource.id])
  }
  return people
}

/** The mode once for every set of people that covers its skills. */
export function staffed(
  mode: Mode,
  skills: Skills,
  people: People,
  path: readonly (string | number)[],
  check: Checker,
): Mode[] {
  const wanted: (readonly string[])[] = []
  for (const [skill, count] of Object.entries(skills)) {
    const able = people.get(skill)
    if (able === undefined) {
      const hint = suggestName(skill, [...people.keys()], 'skills')
      check.add('unknown-name', [...path, 'skills', skill], `nobody has the skill "${skill}"`, hint, skill)
      return [mode]
    }
    for (let k = 0; k < count; k++) wanted.push(able)
  }
  const teams = new Map<string, readonly string[]>()
  const choose = (at: number, team: readonly string[]): void => {
    if (teams.size > MOST_CHOICES) return
    const able = wanted[at]
    if (able === undefined) {
      const sorted = [...team].sort()
      teams.set(JSON.stringify(sorted), sorted)
      return
    }
    for (const person of able) if (!team.includes(person)) choose(at + 1, [...team, person])
  }
  choose(0, [])
  if (teams.size === 0) {
    check.add('over-capacity', [...path, 'skills'], 'there are not enough people with these skills', 'ask for fewer')
    return [mode]
  }
  if (teams.size > MOST_CHOICES) {
    const message = `more than ${MOST_CHOICES} choices of people could do this`
    check.add('too-large', [...path, 'skills'], message, 'put equal people into one resource with a capacity')
    return [mode]
  }
  return [...teams.values()].map((team) => ({
    ...mode,
    id: `${mode.id} by ${team.join(', ')}`,
    requires: [...mode.requires, ...team.map((resource) => ({ resource, amount: 1, when: 'duration' as const }))],
  }))
}
