/** `foreplan demo`: the examples that come with the package, run as the commands a user would type. */
import { join } from 'node:path'
import { UnsupportedError } from '../../../solvers/contract/index.ts'
import { suggestName } from '../../io/document/index.ts'
import { renderTable, type Section } from '../../report/index.ts'
import { DEFAULT_DEMO, DEMOS, type Demo, type DemoStep } from '../demos.ts'
import { packageRoot } from '../package-root.ts'
import type { Outcome, Session } from '../session.ts'

/** Runs a command line and hands back its outcome. */
export type RunArguments = (args: readonly string[]) => Promise<Outcome>

export async function demoVerb(name: string | undefined, session: Session, run: RunArguments): Promise<Outcome> {
  if (name === 'list') return listDemos(session.streams.width)
  const wanted = name ?? DEFAULT_DEMO
  const demo = Object.hasOwn(DEMOS, wanted) ? DEMOS[wanted] : undefined
  if (demo === undefined) {
    throw new UnsupportedError('demo', `there is no demo called "${wanted}"`, {
      hint: suggestName(wanted, Object.keys(DEMOS), 'demos'),
    })
  }
  const [only] = demo.steps
  if (demo.steps.length === 1 && only !== undefined) return runStep(only, session, run)
  const parts: { name: string; command: string; outcome: Outcome }[] = []
  for (const step of demo.steps) {
    const outcome = await runStep(step, session, run)
    const part = `${parts.length + 1}-${step.verb}-${(step.files[0] ?? '').replace(/\..*$/, '')}`
    parts.push({ name: part, command: commandOf(step), outcome })
  }
  return together(wanted, demo, parts)
}

function listDemos(width: number): Outcome {
  const rows = Object.entries(DEMOS).map(([demo, { about, steps }]) => {
    return [demo, [...new Set(steps.map((step) => step.verb))].join(', '), about]
  })
  const text = renderTable([{ header: 'demo' }, { header: 'verbs' }, { header: 'what it shows' }], rows, { width })
  return { result: { status: 'listed', demos: Object.keys(DEMOS) }, text, limit: null, report: null }
}

function commandOf(step: DemoStep): string {
  return [
    'foreplan',
    step.verb,
    ...step.files.map((file) => `examples/${file}`),
    ...faultsOf(step, 'examples'),
    ...(step.options ?? []),
  ].join(' ')
}

async function runStep(step: DemoStep, session: Session, run: RunArguments): Promise<Outcome> {
  session.talk(`${commandOf(step)}\n`)
  const files = step.files.map((file) => join(packageRoot(), 'examples', file))
  return run([step.verb, ...files, ...faultsOf(step, join(packageRoot(), 'examples')), ...(step.options ?? [])])
}

/** One outcome for all: texts one under the other, a page that links to the pages of the parts. */
function together(
  name: string,
  demo: Demo,
  parts: readonly { readonly name: string; readonly command: string; readonly outcome: Outcome }[],
): Outcome {
  const text = parts.map(({ command, outcome }) => `$ ${command}\n\n${outcome.text}`).join('\n\n\n')
  const drawn = parts.flatMap(({ name: part, command, outcome }) =>
    outcome.report === null ? [] : [{ part, command, report: outcome.report }],
  )
  const links: Section = {
    kind: 'links',
    heading: 'Reports',
    items: drawn.map(({ part, command, report }) => ({
      href: `${part}/report.html`,
      title: `${report.title}: ${report.summary}`,
      text: command,
    })),
  }
  const figures = drawn.flatMap(({ part, command, report }): Section[] => {
    const figure = report.sections.find((section) => section.kind === 'figure')
    if (figure?.kind !== 'figure') return []
    return [
      { ...figure, name: `${part}-${figure.name}`, heading: report.title, caption: `${figure.caption} (${command})` },
    ]
  })
  return {
    result: {
      status: 'complete',
      demo: name,
      parts: parts.map(({ command, outcome }) => ({ command, result: outcome.result })),
    },
    text,
    limit: null,
    report: {
      title: demo.about.charAt(0).toUpperCase() + demo.about.slice(1),
      summary: `${parts.length} commands, each with its report.`,
      facts: [['commands', String(parts.length)]],
      sections: [links, ...figures],
    },
    parts,
    // What a part could not do is what it shows.
    exitCode: parts.some(({ outcome }) => outcome.limit === 'interrupted') ? 130 : 0,
  }
}

function faultsOf({ faults }: DemoStep, folder: string): readonly string[] {
  return faults === undefined ? [] : ['--faults', join(folder, faults)]
}
