import { z } from 'zod'

/** Names: anything printable on one line; no leading or trailing blanks. */
export const nameSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\S(?:[^\p{Cc}]*\S)?$/u, 'a name is one line without blanks at its ends')
  .meta({ id: 'Name', description: 'A name: one line, no blanks at its ends.' })
