/** Writes a report folder: result.json, every drawing, report.html. Only inside the folder the user named. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlannerError } from '../../../solvers/contract/index.ts'
import { type Report, renderHtml } from '../../report/index.ts'

/** @returns the path of the page */
export async function writeReport(folder: string, result: unknown, report: Report): Promise<string> {
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`)
    for (const section of report.sections) {
      if (section.kind !== 'figure') continue
      // Names are ours, yet a name never leaves the folder.
      await writeFile(join(folder, `${section.name.replace(/[^a-z0-9-]/gi, '-')}.svg`), section.svg)
    }
    const page = join(folder, 'report.html')
    await writeFile(page, renderHtml(report))
    return page
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new PlannerError('unwritable', `the report cannot be written to ${folder}: ${reason}`, {
      hint: 'name a folder that can be written with --out',
      cause: error,
    })
  }
}
