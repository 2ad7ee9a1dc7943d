import { describe, expect, it } from 'vitest'
import { CausalGraph } from '../../src/causal/graph.ts'
import { causalStructure, impactOf, regression, whyStep } from '../../src/causal/links.ts'
import { adjustmentFault, adjustmentSet, DiscreteCausalModel, LinearCausalModel } from '../../src/causal/model.ts'
import { planHtn } from '../../src/htn/plan.ts'
import { readHddl } from '../../src/io/hddl/read.ts'
import { COURIER_DOMAIN, COURIER_PROBLEM } from '../htn/instances/depot.ts'

const chain = (extra: { cause: string; effect: string; strength: number }[] = []) =>
  new CausalGraph(
    ['a', 'b', 'g'].map((name) => ({ name, controllable: name === 'a' })),
    [
      { cause: 'a', effect: 'b', strength: 0.9, mechanism: 'pressure' },
      { cause: 'b', effect: 'g', strength: 0.8 },
      { cause: 'a', effect: 'g', strength: 0.5 },
      ...extra,
    ],
  )

describe('causal chains', () => {
  it('lists the paths a-b-g with .72 and a-g with .5, the strongest first', () => {
    const paths = chain().paths('a', 'g')
    expect(paths.map((path) => path.variables)).toEqual([
      ['a', 'b', 'g'],
      ['a', 'g'],
    ])
    expect(paths.map((path) => path.strength)).toEqual([expect.closeTo(0.72, 12), 0.5])
    expect(chain().strongestPath('a', 'g')?.strength).toBeCloseTo(0.72, 12)
    expect(chain().paths('a', 'g', { maximalLength: 1 })).toHaveLength(1)
    expect(chain().explainPath(paths[0] as never)[0]).toContain('by pressure')
  })

  it('refuses the cycle g -> a and names it', () => {
    expect(() => chain([{ cause: 'g', effect: 'a', strength: 0.1 }])).toThrow(/circle: (.*-> .*)+/)
  })

  it('acts on treatment to bring about recovery, and never sets recovery itself', () => {
    const graph = new CausalGraph(
      [{ name: 'treatment', controllable: true, domain: [0, 1] }, { name: 'recovery' }, { name: 'age' }],
      [
        { cause: 'treatment', effect: 'recovery', strength: 0.7 },
        { cause: 'age', effect: 'recovery', strength: -0.3 },
      ],
    )
    const plan = graph.planFor('recovery', 1)
    if (plan.status !== 'feasible') throw new Error(plan.status)
    expect(plan.steps.map((step) => step.text)).toEqual([
      'set treatment to 1',
      'wait for the effect on recovery',
      'verify that recovery is 1',
    ])
    expect(graph.planFor('recovery', 1, { recovery: 1 }).status).toBe('satisfied')
    const helpless = new CausalGraph(
      [{ name: 'age' }, { name: 'recovery' }],
      [{ cause: 'age', effect: 'recovery', strength: 0.5 }],
    )
    expect(helpless.planFor('recovery', 1)).toMatchObject({ status: 'infeasible' })
  })
})

describe('causal models', () => {
  it('answers do and counterfactual questions on a linear model', () => {
    const model = new LinearCausalModel(chain())
    expect(model.totalEffect('a', 'g')).toBeCloseTo(0.9 * 0.8 + 0.5, 12)
    expect(model.predict({ b: 2 })['g']).toBeCloseTo(1.6, 12)
    // u_b = 1.0 - .9, u_g = 2 - .8 - .5; with b kept at 0 only a's own edge and u_g are left.
    const other = model.counterfactual({ a: 1, b: 1, g: 2 }, { b: 0 })
    expect(other['g']).toBeCloseTo(0.5 + 0.7, 12)
  })

  it('tells doing from seeing under a confounder, and adjusts for it', () => {
    const model = new DiscreteCausalModel([
      { name: 'z', values: [0, 1], parents: [], table: [[0.5, 0.5]] },
      {
        name: 'x',
        values: [0, 1],
        parents: ['z'],
        table: [
          [0.9, 0.1],
          [0.2, 0.8],
        ],
      },
      {
        name: 'y',
        values: [0, 1],
        parents: ['x', 'z'],
        table: [
          [0.9, 0.1],
          [0.5, 0.5],
          [0.7, 0.3],
          [0.3, 0.7],
        ],
      },
    ])
    const seen = model.probability({ y: 1 }, { x: 1 })
    const done = model.probability({ y: 1 }, {}, { x: 1 })
    expect(done).toBeCloseTo(0.5 * 0.3 + 0.5 * 0.7, 12)
    expect(seen).toBeCloseTo((0.05 * 0.3 + 0.4 * 0.7) / 0.45, 12)
    expect(model.adjusted({ y: 1 }, { x: 1 }, ['z'])).toBeCloseTo(done, 12)
    expect(() => model.adjusted({ y: 1 }, { x: 1 }, [])).toThrow(/back-door path x - z - y/)
    expect(adjustmentSet(model.graph, 'x', 'y')).toEqual(['z'])
    expect(adjustmentFault(model.graph, 'z', 'y', ['x'])).toContain('is an effect of z')
  })

  it('a counterfactual of a deterministic model is what the model says', () => {
    const model = new DiscreteCausalModel([
      { name: 'fire', values: [false, true], parents: [], table: [[0.9, 0.1]] },
      {
        name: 'alarm',
        values: [false, true],
        parents: ['fire'],
        table: [
          [1, 0],
          [0, 1],
        ],
      },
    ])
    expect(model.counterfactual({ alarm: false }, { alarm: true }, { fire: false })).toBe(1)
    expect(model.probability({ fire: true }, { alarm: true })).toBe(1)
  })
})

describe('the causal structure of a plan', () => {
  const problem = readHddl(COURIER_DOMAIN, COURIER_PROBLEM)
  const result = planHtn(problem, { mode: 'optimal' })
  if (!('plan' in result)) throw new Error(result.status)
  const { plan } = result
  const structure = causalStructure(problem, plan)

  it('leads from every load to the goal, and breaks where a step fails', () => {
    const load = plan.steps.find((step) => step.name === 'load')
    const why = whyStep(structure, load?.id as number)
    expect(why?.[why.length - 1]?.consumer).toBeNull()
    const broken = impactOf(structure, plan, { step: load?.id as number })
    expect(broken.map((id) => plan.steps.find((step) => step.id === id)?.name)).toContain('unload')
    expect(structure.unused).toEqual([])
    expect(structure.initialFacts).toContain('at p1 home')
  })

  it('regresses the goal to what must hold now', () => {
    const needs = regression(problem, plan)
    expect(needs[0]).toContain('at p1 home')
    expect(needs[needs.length - 1]).toEqual(['at p1 b', 'at p2 a'])
  })
})
