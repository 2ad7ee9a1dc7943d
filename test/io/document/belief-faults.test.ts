import { expect, test } from 'vitest'
import { readDocument } from '../../../src/io/document/index.ts'

function faults(text: string): string[] {
  const result = readDocument(text, { file: 'x.yaml' })
  if (result.status === 'read') return []
  return result.issues.map(({ line, column, path, message }) => `${line}:${column} ${path.join('.')}: ${message}`)
}

test('faults of a diagnosis are told in its own words and places, all at once', () => {
  const text = `version: 1
belief:
  kind: diagnosis
  components:
    - { id: pump, p: 0.5, cost: 10 }
    - { id: pump, p: 0.3, cost: 10 }
    - { id: valve, p: 0.1, cost: 10 }
  tests:
    - { id: t, cost: 1, pPos: { pump: 0.9, valvee: 0.1 } }
    - { id: t, cost: 1, pPos: { pump: 0.9, valve: 0.1 } }
`
  expect(faults(text)).toEqual([
    '5:5 belief.components: the probabilities sum to 0.9, not to 1',
    '6:7 belief.components.1: "pump" is declared twice',
    '9:31 belief.tests.0.pPos.valve: "t" does not say how likely its outcomes are under "valve"',
    '9:52 belief.tests.0.pPos.valvee: no component is called "valvee"',
    '10:13 belief.tests.1.id: the test "t" is declared twice',
  ])
})

test('a test that does not say what it tells is reported beside the faults of the others', () => {
  const text = `version: 1
belief:
  kind: decision
  hypotheses: [{ id: a, probability: 0.4 }, { id: b, probability: 0.4 }]
  tests:
    - { id: t, cost: 1, outcomes: [x, x], likelihood: { a: [0.5, 0.5], b: [0.5, 0.5], c: [1, 0] } }
    - { id: u, cost: 1 }
  acts:
    - { id: go, loss: { a: 1 } }
`
  expect(faults(text)).toEqual([
    '4:15 belief.hypotheses: the probabilities sum to 0.8, not to 1',
    '6:39 belief.tests.0.outcomes.1: the outcome "x" of "t" is declared twice',
    '6:90 belief.tests.0.likelihood.c: no hypothesis is called "c"',
    '7:7 belief.tests.1: "u" does not say what it tells',
    '9:23 belief.acts.0.loss.b: "go" has no finite loss under "b"',
  ])
})
