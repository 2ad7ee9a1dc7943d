import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { InvalidInputError } from '../../../solvers/contract/index.ts'
import { solvePomdp } from '../../../solvers/pomdp/index.ts'
import { readPomdp } from '../../../src/io/cassandra/index.ts'
import { readPomdpx } from '../../../src/io/pomdpx/index.ts'

const corpus = new URL('../../../../shared/benchmarks/pomdp/pomdpx/', import.meta.url)

const factored = `<?xml version="1.0"?>
<pomdpx version="1.0">
<Discount>0.9</Discount>
<Variable>
  <StateVar vnamePrev="place_0" vnameCurr="place_1" fullyObs="true"><ValueEnum>here there</ValueEnum></StateVar>
  <StateVar vnamePrev="rock_0" vnameCurr="rock_1"><ValueEnum>bad good</ValueEnum></StateVar>
  <ObsVar vname="look"><ValueEnum>dull shiny</ValueEnum></ObsVar>
  <ActionVar vname="do"><ValueEnum>go take</ValueEnum></ActionVar>
  <RewardVar vname="gain"/>
</Variable>
<InitialStateBelief>
  <CondProb><Var>place_0</Var><Parent>null</Parent><Parameter type="TBL"><Entry><Instance>-</Instance><ProbTable>1 0</ProbTable></Entry></Parameter></CondProb>
  <CondProb><Var>rock_0</Var><Parent>null</Parent><Parameter type="TBL"><Entry><Instance>-</Instance><ProbTable>uniform</ProbTable></Entry></Parameter></CondProb>
</InitialStateBelief>
<StateTransitionFunction>
  <CondProb><Var>place_1</Var><Parent>do place_0</Parent><Parameter type="TBL">
    <Entry><Instance>go * -</Instance><ProbTable>0 1</ProbTable></Entry>
    <Entry><Instance>take - -</Instance><ProbTable>identity</ProbTable></Entry></Parameter></CondProb>
  <CondProb><Var>rock_1</Var><Parent>rock_0</Parent><Parameter type="TBL"><Entry><Instance>- -</Instance><ProbTable>identity</ProbTable></Entry></Parameter></CondProb>
</StateTransitionFunction>
<ObsFunction>
  <CondProb><Var>look</Var><Parent>rock_1</Parent><Parameter type="TBL"><Entry><Instance>- -</Instance><ProbTable>0.8 0.2 0.1 0.9</ProbTable></Entry></Parameter></CondProb>
</ObsFunction>
<RewardFunction>
  <Func><Var>gain</Var><Parent>do rock_0</Parent><Parameter type="TBL">
    <Entry><Instance>take bad</Instance><ValueTable>-10</ValueTable></Entry>
    <Entry><Instance>take good</Instance><ValueTable>10</ValueTable></Entry></Parameter></Func>
</RewardFunction>
</pomdpx>`

test('a factored model is flattened, and what moves without chance is not observed again', () => {
  const model = readPomdpx(factored)
  expect(model.states).toEqual(['here_bad', 'here_good', 'there_bad', 'there_good'])
  expect(Array.from(model.start)).toEqual([0.5, 0.5, 0, 0])
  expect(model.observations).toEqual(['dull', 'shiny'])
  expect(Array.from(model.rewards)).toEqual([0, 0, 0, 0, -10, 10, -10, 10])
  expect(Array.from(model.transitions.columns)).toEqual([2, 3, 2, 3, 0, 1, 2, 3])
  expect(Array.from(model.observationProbabilities.slice(0, 4))).toEqual([0.8, 0.2, 0.1, 0.9])
})

test('faults carry line and column', () => {
  const issuesOf = (text: string) => {
    try {
      readPomdpx(text)
    } catch (error) {
      return (error as InvalidInputError).issues.map((issue) => [issue.code, issue.line !== undefined])
    }
    return []
  }
  expect(issuesOf(factored.replace('take good', 'take gold'))).toEqual([['unknown-name', true]])
  expect(issuesOf(factored.replace('0.8 0.2 0.1 0.9', '0.8 0.2'))).toEqual([['wrong-length', true]])
  expect(issuesOf(factored.replace('0.8 0.2 0.1 0.9', '0.8 0.3 0.1 0.9'))).toEqual([['probability-sum', true]])
  expect(issuesOf(factored.replace('<ProbTable>1 0<', '<ProbTable>2 -1<'))).toEqual([['probability-sum', true]])
  expect(issuesOf(factored.replace('</pomdpx>', ''))).toEqual([['format', true]])
})

test('values that are only counted are s0, a0, o0, ...', () => {
  const counted = factored
    .replace('<ValueEnum>bad good</ValueEnum>', '<NumValues>2</NumValues>')
    .replace('<ValueEnum>dull shiny</ValueEnum>', '<NumValues>2</NumValues>')
    .replace('<ValueEnum>go take</ValueEnum>', '<NumValues>2</NumValues>')
    .replaceAll('>go ', '>a0 ')
    .replaceAll('>take ', '>a1 ')
    .replace('a1 bad', 'a1 s0')
    .replace('a1 good', 'a1 s1')
  const model = readPomdpx(counted)
  expect([model.actions, model.observations]).toEqual([
    ['a0', 'a1'],
    ['o0', 'o1'],
  ])
  expect(model.rewards).toEqual(readPomdpx(factored).rewards)
})

describe.skipIf(!existsSync(corpus))('published models (needs ../shared/benchmarks/pomdp)', () => {
  test('the tiger has its value', () => {
    const model = readPomdpx(readFileSync(new URL('Tiger.pomdpx', corpus), 'utf8'))
    expect(solvePomdp(model).value).toBeCloseTo(19.371368, 5)
  })

  test('the hallway is the same in both formats', () => {
    const xml = readPomdpx(readFileSync(new URL('Hallway.pomdpx', corpus), 'utf8'))
    const text = readPomdp(readFileSync(new URL('../hallway.POMDP', corpus), 'utf8'))
    const found = [xml.states.length, xml.actions.length, xml.observations.length, xml.discount]
    expect(found).toEqual([text.states.length, text.actions.length, text.observations.length, text.discount])
    expect(Array.from(xml.transitions.columns)).toEqual(Array.from(text.transitions.columns))
    const farthest = xml.rewards.reduce((most, reward, k) => Math.max(most, Math.abs(reward - text.rewards[k]!)), 0)
    expect(farthest).toBeLessThan(1e-4)
  })
})
