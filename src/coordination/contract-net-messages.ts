/** The transcript of a contract net in the words of all other conversations. */
import type { AgentMessage } from '../domain/message.ts'
import type { Message } from './contract-net.ts'

const FIPA_TYPES = {
  cfp: 'announce',
  propose: 'bid',
  refuse: 'refuse',
  'accept-proposal': 'award',
  'reject-proposal': 'reject',
  'inform-done': 'inform',
  failure: 'decommit',
  cancel: 'cancel',
} as const

export function fromContractNet(message: Message): AgentMessage {
  const { id, conversation, from, to, performative, task, cost, reason, replyBy } = message
  return {
    id,
    type: FIPA_TYPES[performative],
    conversation,
    from,
    to,
    content: { task, ...(cost === undefined ? {} : { cost }), ...(reason === undefined ? {} : { reason }) },
    ...(replyBy === undefined ? {} : { replyBy }),
  }
}
