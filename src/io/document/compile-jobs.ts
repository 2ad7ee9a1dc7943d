/** `jobs`: chains of steps on machines, short for tasks with an order. */
import type { Precedence, ProjectTask } from '../../domain/project.ts'
import type { Resource } from '../../domain/resource.ts'
import type { Checker } from './checker.ts'
import type { PlanningDocument } from './schema.ts'

interface Jobs {
  readonly tasks: readonly ProjectTask[]
  readonly precedence: readonly Precedence[]
}

export function compileJobs(
  document: PlanningDocument,
  resources: ReadonlyMap<string, Resource>,
  check: Checker,
): Jobs {
  const tasks: ProjectTask[] = []
  const precedence: Precedence[] = []
  check.uniqueIds(
    'jobs',
    (document.jobs ?? []).map((job) => job.id),
  )
  document.jobs?.forEach((job, index) => {
    const steps = job.steps.map((step) =>
      Array.isArray(step) ? { on: step[0], duration: step[1], id: undefined } : step,
    )
    const last = steps.length - 1
    let previous: string | null = null
    steps.forEach(({ on, duration, id }, k) => {
      const path = ['jobs', index, 'steps', k]
      check.known([...path, Array.isArray(job.steps[k]) ? 0 : 'on'], on, [...resources.keys()], 'resources')
      const earlier = steps.slice(0, k).filter((step) => step.on === on).length
      const name = id ?? `${job.id} ${on}${earlier > 0 ? ` ${earlier + 1}` : ''}`
      const due = k === last ? (job.due ?? null) : null
      tasks.push({
        id: name,
        modes: [
          { id: name, duration, cost: 0, requires: [{ resource: on, amount: 1, when: 'duration' }], produces: [] },
        ],
        release: k === 0 ? (job.release ?? 0) : 0,
        deadline: k === last ? (job.deadline ?? null) : null,
        due,
        weight: due === null ? 0 : (job.weight ?? 1),
        ...(due === null || job.earlinessWeight === undefined ? {} : { earlinessWeight: job.earlinessWeight }),
        value: 0,
        optional: false,
      })
      if (previous !== null)
        precedence.push({ before: previous, after: name, kind: 'finish-start', minLag: 0, maxLag: null })
      previous = name
    })
  })
  return { tasks, precedence }
}
