import { documentJsonSchema } from '../../io/document/index.ts'
import type { Outcome } from '../session.ts'

export async function schemaVerb(): Promise<Outcome> {
  const text = JSON.stringify(documentJsonSchema(), null, 2)
  return { result: { status: 'printed' }, text, verbatim: true, limit: null, report: null }
}
