/** Calls and units: who came when, and who was sent elsewhere. */
import type { ExecutionTrace } from '../../domain/execution.ts'
import { needsOf, type ResponseProblem } from '../../domain/response.ts'
import { responseTimes } from '../../execution/worlds/response.ts'
import { formatNumber, type PlannedActualBar, renderPlannedActualSvg, renderTable } from '../../report/index.ts'
import type { WorldView } from './execution.ts'

export function viewTown(problem: ResponseProblem, trace: ExecutionTrace, width: number): WorldView {
  const times = responseTimes(problem, trace)
  const weighted = times.reduce((sum, entry) => sum + entry.need.incident.weight * entry.minutes, 0)
  const late = times.filter((entry) => entry.late)
  const columns = ['need', 'incident', 'unit', 'call', 'arrival', 'minutes', `target ${problem.target}`]
  const rows = times.map((entry) => [
    entry.need.id,
    entry.need.incident.name,
    entry.unit,
    formatNumber(entry.need.incident.at),
    formatNumber(entry.arrival),
    formatNumber(entry.minutes),
    entry.late ? 'late' : 'kept',
  ])
  const log = events(trace)
  const logColumns = ['time', 'why', 'sent', 'called off']
  const bars = trace.results.flatMap((result): PlannedActualBar[] => {
    const [unit = '', need = ''] = result.step.args
    const incident = problem.incidents.find((entry) => need.startsWith(`${entry.id}/`))
    if (incident === undefined) return []
    // The eighth colour is for drives.
    const group = problem.incidents.indexOf(incident) % 7
    const arrival = result.end - incident.service
    const drive = { row: unit, name: '', start: result.start, end: arrival, group: 7 }
    return [drive, { row: unit, name: need, start: arrival, end: result.end, group }]
  })
  const warnings = late.map(
    (entry) => `warning: ${entry.need.id} waited ${entry.minutes} min, target ${problem.target}`,
  )
  return {
    summary: `weighted response ${formatNumber(weighted)}, ${trace.replans.length} re-optimisations, last arrival ${formatNumber(Math.max(0, ...times.map((entry) => entry.arrival)))}`,
    fields: {
      weightedResponse: weighted,
      responses: Object.fromEntries(times.map((entry) => [entry.need.id, entry.minutes])),
      lastArrival: Math.max(0, ...times.map((entry) => entry.arrival)),
      late: late.map((entry) => entry.need.id),
      unserved: problem.incidents
        .flatMap(needsOf)
        .map((need) => need.id)
        .filter((id) => !times.some((entry) => entry.need.id === id)),
      snapshots: trace.replans.map((replan) => ({ time: replan.time, objective: replan.costToGo })),
    },
    facts: [
      ['weighted response', formatNumber(weighted)],
      ['late', `${late.length} of ${times.length}`],
    ],
    text: [
      renderTable(
        logColumns.map((header) => ({ header })),
        log,
        { width },
      ),
      '',
      renderTable(
        columns.map((header) => ({ header })),
        rows,
        { width },
      ),
      '',
      ...warnings,
    ],
    sections: [
      {
        kind: 'figure',
        heading: 'Units',
        name: 'units',
        svg: renderPlannedActualSvg({
          title: problem.title,
          unit: 'minutes; grey: on the way',
          planned: [],
          actual: bars,
          replans: trace.replans.map((replan) => ({ time: replan.time, text: replan.triggers[0]?.evidence ?? '' })),
        }),
        caption: 'Drives that were called off are not drawn.',
      },
      { kind: 'table', heading: 'Responses', columns, rows },
      { kind: 'table', heading: 'Events', columns: logColumns, rows: log },
    ],
  }
}

/** What every replanning changed: who was sent where, who was called off. */
function events(trace: ExecutionTrace): string[][] {
  const heading = new Map<string, string>()
  return trace.replans.map((replan, index) => {
    const steps = trace.plans[index + 1]?.plan.steps ?? []
    const off: string[] = []
    const sent = steps.map((step) => {
      const [unit = '', need = ''] = step.args
      const done = trace.results.some(
        (result) => result.step.args[1] === heading.get(unit) && result.end <= replan.time,
      )
      const old = heading.get(unit)
      if (old !== undefined && !done && old !== need) off.push(`${unit} from ${old}`)
      heading.set(unit, need)
      return `${unit} to ${need}`
    })
    const why = replan.triggers.map((entry) => entry.evidence).join(', ')
    return [formatNumber(replan.time), why, sent.join(', '), off.join(', ')]
  })
}
