/** A belief over time: likelihoods, entropies, the most likely states, the whole history as a picture. */
import type { BeliefState, TrackedStep } from '../../belief/index.ts'
import type { TrackingProblem } from '../../domain/pomdp.ts'
import {
  formatNumber,
  formatPercent,
  type Report,
  renderBarsSvg,
  renderBeliefHistorySvg,
  renderLineChartSvg,
  renderTable,
} from '../../report/index.ts'
import type { Outcome } from '../session.ts'

const SHOWN_STATES = 3
const LISTED_STATES = 30

export function presentTracking(
  title: string,
  problem: TrackingProblem,
  history: readonly TrackedStep[],
  logLikelihood: number,
  width: number,
): Outcome {
  const last = history[history.length - 1] as TrackedStep
  const top = topStates(last.belief, SHOWN_STATES)
  const json = {
    kind: 'tracking',
    title,
    status: 'solved',
    logLikelihood,
    entropy: last.entropy,
    steps: history.map((step, index) => ({
      step: step.step,
      action: problem.history[index]?.action ?? null,
      observation: step.observation,
      likelihood: step.likelihood,
      entropy: step.entropy,
      top: topStates(step.belief, SHOWN_STATES),
    })),
    belief: Object.fromEntries(last.belief.states.map((state, index) => [state, last.belief.probabilities[index]])),
  }
  const columns = [
    { header: 'step', align: 'right' as const },
    { header: 'action' },
    { header: 'observation' },
    { header: 'likelihood', align: 'right' as const },
    { header: 'entropy, bits', align: 'right' as const },
    { header: 'most likely' },
  ]
  const rows = history.map((step, index) => [
    String(step.step),
    problem.history[index]?.action ?? '-',
    step.observation,
    formatNumber(step.likelihood, 6),
    formatNumber(step.entropy, 6),
    listed(step.belief),
  ])
  const text = [
    `solved   after ${history.length} ${history.length === 1 ? 'observation' : 'observations'}: most likely ${top[0]?.[0]} (${formatPercent(top[0]?.[1] ?? 0, 2)}), entropy ${formatNumber(last.entropy, 4)} bits`,
    `log-likelihood of all observations ${formatNumber(logLikelihood, 6)}`,
    '',
    renderTable(columns, rows, { width }),
  ].join('\n')
  return { result: json, text, limit: null, report: report(title, history, logLikelihood, text) }
}

function topStates(belief: BeliefState, count: number): [string, number][] {
  return belief.states
    .map((state, index): [string, number] => [state, belief.probabilities[index] as number])
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, count)
}

function listed(belief: BeliefState): string {
  return topStates(belief, SHOWN_STATES)
    .map(([state, probability]) => `${state} ${probability.toFixed(4)}`)
    .join(', ')
}

function report(title: string, history: readonly TrackedStep[], logLikelihood: number, text: string): Report {
  const last = history[history.length - 1] as TrackedStep
  return {
    title,
    summary: text.split('\n')[0] as string,
    facts: [
      ['observations', String(history.length)],
      ['entropy', `${formatNumber(last.entropy, 4)} bits`],
      ['log-likelihood', formatNumber(logLikelihood, 6)],
    ],
    sections: [
      {
        kind: 'figure',
        heading: 'Belief over time',
        name: 'belief-over-time',
        svg: renderBeliefHistorySvg({
          title: 'Probability of each state after each observation',
          states: last.belief.states,
          steps: history.map((step) => ({
            name: `${step.step}: ${step.observation}`,
            probabilities: last.belief.states.map((state) => step.belief.probabilityOf(state)),
          })),
        }),
        caption: 'One row a step; the darker, the more likely.',
      },
      {
        kind: 'figure',
        heading: 'Entropy',
        name: 'entropy',
        svg: renderLineChartSvg({
          title: 'Uncertainty over time',
          xLabel: 'step',
          yLabel: 'entropy, bits',
          series: [{ name: 'entropy', points: history.map((step) => [step.step, step.entropy]), dots: true }],
        }),
        caption: 'Shannon entropy of the belief.',
      },
      {
        kind: 'figure',
        heading: 'Belief at the end',
        name: 'belief',
        svg: renderBarsSvg({
          title: 'What is believed at the end',
          unit: '%',
          bars: topStates(last.belief, LISTED_STATES).map(([name, probability]) => ({
            name,
            value: 100 * probability,
            limit: null,
          })),
        }),
        caption: 'The most likely states.',
      },
    ],
  }
}
