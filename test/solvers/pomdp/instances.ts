/** Small POMDPs of our own that every test of this folder stands on. */
import { definePomdp } from '../../../models/pomdp/define.ts'
import type { PomdpModel } from '../../../solvers/pomdp/model.ts'
import type { PomdpProblem } from '../../../src/domain/pomdp.ts'

/** The tiger behind one of two doors (Kaelbling, Littman and Cassandra 1998). */
export const tigerProblem: PomdpProblem = {
  kind: 'pomdp',
  name: 'tiger',
  discount: 0.95,
  states: ['tiger-left', 'tiger-right'],
  actions: ['listen', 'open-left', 'open-right'],
  observations: ['hear-left', 'hear-right'],
  transitions: { '*': 'uniform', listen: 'identity' },
  observe: {
    '*': 'uniform',
    listen: {
      'tiger-left': { 'hear-left': 0.85, 'hear-right': 0.15 },
      'tiger-right': { 'hear-left': 0.15, 'hear-right': 0.85 },
    },
  },
  rewards: [
    { action: 'listen', value: -1 },
    { action: 'open-left', state: 'tiger-left', value: -100 },
    { action: 'open-left', state: 'tiger-right', value: 10 },
    { action: 'open-right', state: 'tiger-left', value: 10 },
    { action: 'open-right', state: 'tiger-right', value: -100 },
  ],
}

export const tiger = (discount = 0.95): PomdpModel => definePomdp({ ...tigerProblem, discount })
