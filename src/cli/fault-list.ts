/**
 * `--faults FILE`: what goes wrong in the simulated world of a hierarchical problem, as a list in YAML or JSON. Facts are
 * written as in the problem, with or without parentheses; names that the problem does not have are refused.
 */
import { z } from 'zod'
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import type { HtnProblem } from '../domain/htn.ts'
import type { SimulatedFault } from '../execution/simulator.ts'
import { suggestName } from '../io/document/names.ts'
import { schemaIssues } from '../io/document/shape.ts'
import { type DocumentSource, parseSource } from '../io/document/source.ts'
import type { InputFile } from '../io/files/read-file.ts'

const name = z.string().min(1).max(500)
const values = z.record(name, z.union([z.boolean(), z.number()]))
const times = z.int().min(1).optional()

const event = z.strictObject({ kind: z.literal('event'), at: z.number().nonnegative(), set: values })
const model = z.strictObject({
  kind: z.literal('model'),
  action: name,
  set: values.optional(),
  add: z.record(name, z.number()).optional(),
  costFactor: z.number().positive().optional(),
  durationFactor: z.number().positive().optional(),
  times,
})
const error = z.strictObject({
  kind: z.literal('error'),
  action: name,
  probability: z.number().min(0).max(1).optional(),
  status: z.enum(['failure', 'partial', 'delayed']).optional(),
  by: z.number().positive().optional(),
  fraction: z.number().min(0).max(1).optional(),
  message: z.string().max(1000).optional(),
  times,
})
const faultsSchema = z.array(z.discriminatedUnion('kind', [event, model, error])).max(10_000)

type Fault = z.infer<typeof faultsSchema>[number]

/** @throws InvalidInputError with every fault of the list */
export function readFaults(file: InputFile, problem: HtnProblem): readonly SimulatedFault[] {
  const parsed = parseSource(file.text, file.name)
  if (parsed.status === 'invalid') throw new InvalidInputError(parsed.issues)
  const { source } = parsed
  const shaped = faultsSchema.safeParse(source.value)
  if (!shaped.success) throw new InvalidInputError(schemaIssues(shaped.error, source.value, source, faultsSchema))
  const check = new Check(problem, source)
  const faults = shaped.data.map((fault, index) => check.fault(fault, index))
  if (check.issues.length > 0) throw new InvalidInputError(check.issues)
  return faults
}

class Check {
  readonly issues: Issue[] = []
  readonly #source: DocumentSource
  readonly #actions: readonly string[]
  readonly #objects: readonly string[]
  /** Number of arguments by predicate, and by fluent. */
  readonly #facts: ReadonlyMap<string, number>
  readonly #numbers: ReadonlyMap<string, number>

  constructor({ domain, objects }: HtnProblem, source: DocumentSource) {
    this.#source = source
    this.#actions = domain.actions.map((action) => action.name)
    this.#objects = [...domain.constants, ...objects].map((object) => object.name)
    this.#facts = new Map(domain.predicates.map((one) => [one.name, one.parameters.length]))
    this.#numbers = new Map(domain.fluents.map((one) => [one.name, one.parameters.length]))
  }

  fault(fault: Fault, index: number): SimulatedFault {
    if (fault.kind !== 'event' && !this.#actions.includes(fault.action))
      this.#add(
        [index, 'action'],
        `there is no action ${fault.action}`,
        suggestName(fault.action, this.#actions, 'actions'),
      )
    switch (fault.kind) {
      case 'event':
        return { ...fault, set: this.#values(fault.set, [index, 'set']) }
      case 'model': {
        const { set, add, costFactor, durationFactor, times: often } = fault
        return {
          kind: 'model',
          action: fault.action,
          ...(set === undefined ? {} : { set: this.#values(set, [index, 'set']) }),
          ...(add === undefined ? {} : { add: this.#values(add, [index, 'add']) }),
          ...(costFactor === undefined ? {} : { costFactor }),
          ...(durationFactor === undefined ? {} : { durationFactor }),
          ...(often === undefined ? {} : { times: often }),
        }
      }
      case 'error': {
        const { probability, status, by, fraction, message, times: often } = fault
        return {
          kind: 'error',
          action: fault.action,
          ...(probability === undefined ? {} : { probability }),
          ...(status === undefined ? {} : { status }),
          ...(by === undefined ? {} : { by }),
          ...(fraction === undefined ? {} : { fraction }),
          ...(message === undefined ? {} : { message }),
          ...(often === undefined ? {} : { times: often }),
        }
      }
    }
  }

  /** The values by the names of state variables. */
  #values<Value extends boolean | number>(
    stated: Readonly<Record<string, Value>>,
    path: readonly (string | number)[],
  ): Record<string, Value> {
    const named: Record<string, Value> = {}
    for (const [text, value] of Object.entries(stated)) {
      const words = text.toLowerCase().replace(/[()]/g, ' ').trim().split(/\s+/)
      const [head = '', ...args] = words
      const known = typeof value === 'boolean' ? this.#facts : this.#numbers
      const arity = known.get(head)
      const what = typeof value === 'boolean' ? 'predicate' : 'fluent'
      const stranger = args.find((arg) => !this.#objects.includes(arg))
      const at = [...path, text]
      if (arity === undefined)
        this.#add(at, `there is no ${what} ${head}`, suggestName(head, [...known.keys()], `${what}s`))
      else if (arity !== args.length) this.#add(at, `${head} has ${arity} arguments`, `name ${arity} objects`)
      else if (stranger !== undefined)
        this.#add(at, `there is no object ${stranger}`, suggestName(stranger, this.#objects, 'objects'))
      named[words.join(' ')] = value
    }
    return named
  }

  #add(path: readonly (string | number)[], message: string, hint: string): void {
    this.issues.push({
      code: 'unknown-name',
      path,
      message,
      hint,
      file: this.#source.file,
      ...this.#source.place(path),
    })
  }
}
