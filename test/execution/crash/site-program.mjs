/**
 * A plan of 20 steps that decides, observes, asks a person and acts, and the world it acts upon. It knows nothing of files
 * and processes: what can die calls `boundary` first, in memory or in a process of its own.
 */
export const HEADER = { run: 'site', subject: { plan: 'site 1', steps: 20 } }
export const STEPS = Array.from({ length: 20 }, (_, i) => ({
  id: i + 1,
  name: i % 3 === 0 ? 'haul' : 'pour',
  idempotent: i % 2 === 0,
}))

/**
 * What happened outside. An effect is applied once per key where the other side recognises keys (idempotent actions);
 * elsewhere every call counts. `log` survives crashes.
 */
export class World {
  constructor(log, boundary) {
    this.log = log
    this.boundary = boundary
  }

  async act(step, key) {
    await this.boundary(`before effect ${step.id}`)
    const before = this.log.read()
    if (!step.idempotent || !before.some((effect) => effect.key === key)) this.log.add({ step: step.id, key })
    await this.boundary(`after effect ${step.id}`)
    return { level: step.id * 10 }
  }

  happened(key) {
    return this.log.read().some((effect) => effect.key === key)
  }
}

/** A store that lets its process die before every record, when it has been handed over, and when it is durable. */
export class BoundaryStore {
  constructor(inner, boundary) {
    this.inner = inner
    this.boundary = boundary
  }

  read() {
    return this.inner.read()
  }

  async append(entry) {
    await this.boundary(`before ${entry.kind}`)
    const durable = this.inner.append(entry)
    await this.boundary(`handed over ${entry.kind}`)
    await durable
    await this.boundary(`after ${entry.kind}`)
  }

  close() {
    return this.inner.close()
  }
}

async function carryOut(run, world, step) {
  const result = await run.perform(
    { plan: 'site 1', what: `${step.name}(lot)#${step.id}` },
    {
      idempotent: step.idempotent,
      maxAttempts: 10,
      reconcile: ({ idempotencyKey }) =>
        world.happened(idempotencyKey) ? { status: 'done', value: { level: step.id * 10 } } : { status: 'not-done' },
    },
    ({ idempotencyKey }) => world.act(step, idempotencyKey),
  )
  if (result.status !== 'done') throw new Error(`step ${step.id}: ${result.status}`)
  return result.value
}

/** The whole plan: mostly one after the other, steps 11 to 14 at the same time. */
export async function runPlan(run, world) {
  let level = 0
  for (const step of STEPS) {
    if (step.id % 5 === 1) await run.decide(`crew for ${step.id}`, () => `crew ${step.id % 2}`, { level })
    if (step.id === 8) {
      const approval = await run.approve('night shift', 'work at night?', () => ({ approved: true, by: 'Ada' }))
      if (approval.status === 'waiting') await run.answer('night shift', { approved: true, by: 'Ada' })
    }
    if (step.id > 11 && step.id <= 14) continue
    const together = step.id === 11 ? STEPS.slice(10, 14) : [step]
    const values = await Promise.all(together.map((one) => carryOut(run, world, one)))
    level = values.at(-1).level
    if (step.id % 7 === 0) await run.observe(`gauge after ${step.id}`, () => ({ level }))
  }
  await run.finish({ level })
}
