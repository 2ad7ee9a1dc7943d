/**
 * Whose word counts: what a receiver does about one task when it hears what a sender believes of it. The decision table of
 * Choi, Brunet and How (2009), Consensus-based decentralized auctions for robust task allocation, table I.
 *
 * A belief about a task is its winner and the winning bid. Stamps say how recent somebody's news of each agent is. Of two equal
 * bids the one of the agent with the smaller number wins.
 */

/** Nobody. */
export const NO_WINNER = -1

export type ConsensusAction = 'update' | 'reset' | 'leave'

export interface Belief {
  /** Agent number, NO_WINNER when nobody is known to bid. */
  readonly winner: number
  readonly bid: number
}

/**
 * @param receiver i
 * @param sender k
 * @param heard what k believes of the task
 * @param held what i believes of it
 * @param fresher whether k has newer news of an agent than i
 */
export function consensusAction(
  receiver: number,
  sender: number,
  heard: Belief,
  held: Belief,
  fresher: (agent: number) => boolean,
): ConsensusAction {
  const theirs = heard.winner
  const mine = held.winner
  if (theirs === sender) {
    if (mine === receiver) return outbids(heard, held) ? 'update' : 'leave'
    if (mine === sender || mine === NO_WINNER) return 'update'
    return fresher(mine) || outbids(heard, held) ? 'update' : 'leave'
  }
  if (theirs === receiver) {
    if (mine === sender) return 'reset'
    if (mine === receiver || mine === NO_WINNER) return 'leave'
    return fresher(mine) ? 'reset' : 'leave'
  }
  if (theirs === NO_WINNER) {
    if (mine === sender) return 'update'
    if (mine === receiver || mine === NO_WINNER) return 'leave'
    return fresher(mine) ? 'update' : 'leave'
  }
  // The sender names a third agent.
  const newsOfTheirs = fresher(theirs)
  if (mine === receiver) return newsOfTheirs && outbids(heard, held) ? 'update' : 'leave'
  if (mine === sender) return newsOfTheirs ? 'update' : 'reset'
  if (mine === theirs || mine === NO_WINNER) return newsOfTheirs ? 'update' : 'leave'
  // Two different third agents.
  const newsOfMine = fresher(mine)
  if (newsOfTheirs && (newsOfMine || outbids(heard, held))) return 'update'
  return newsOfMine && !newsOfTheirs ? 'reset' : 'leave'
}

/** Whether the first belief wins over the second. */
export function outbids(one: Belief, other: Belief): boolean {
  return one.bid > other.bid || (one.bid === other.bid && one.winner !== NO_WINNER && one.winner < other.winner)
}
