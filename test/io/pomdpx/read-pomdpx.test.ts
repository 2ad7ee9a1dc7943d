import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { InvalidInputError } from '../../../solvers/contract/index.ts'
import { solvePomdp } from '../../../solvers/pomdp/index.ts'
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
  expect(issuesOf(factored.replace('</pomdpx>', ''))).toEqual([['format', true]])
})

describe.skipIf(!existsSync(corpus))('published models (needs ../shared/benchmarks/pomdp)', () => {
  test('the tiger has its value', () => {
    const model = readPomdpx(readFileSync(new URL('Tiger.pomdpx', corpus), 'utf8'))
    expect(solvePomdp(model).value).toBeCloseTo(19.371368, 5)
  })
})
