/**
 * The refinement stack of one task: which methods are being carried out, what was tried. It is carried out in the world by
 * the engine and in imagination by the look-ahead, so it can be copied: a copy runs the methods again from the states they
 * saw, which brings their generators to the same place.
 */
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import type { ActingDomain, Call, RefinementMethod, Step, View } from './domain.ts'

/** Deeper refinement is taken to be without end and fails. */
const MAX_DEPTH = 200

/** A task on the stack. */
export interface Frame<State> {
  readonly call: Call
  /** Method instances that applied when the task began. */
  readonly candidates: readonly RefinementMethod<State>[]
  /** Indices into the candidates. */
  readonly tried: number[]
  /** The method under way; null when one has to be chosen. */
  current: number | null
  generator: Generator<Step, void, void> | null
  /** States that the method has seen, one for each time it went on. */
  seen: State[]
  readonly view: { state: State }
  /** When the method under way was chosen: the state and the cost so far. */
  begun: { readonly state: State; readonly cost: number } | null
}

/** A method came to its end. */
export interface MethodEnd<State> {
  readonly call: Call
  readonly method: string
  readonly success: boolean
  readonly state: State
  readonly cost: number
}

export interface StackOptions<State> {
  /** Which of the untried candidates of the top frame: an index into `untried`. */
  readonly choose: (stack: RefinementStack<State>, state: State, untried: readonly number[]) => number
  readonly taken?: (call: Call, method: string) => void
  readonly ended?: (end: MethodEnd<State>) => void
}

export class RefinementStack<State> {
  readonly domain: ActingDomain<State>
  readonly frames: Frame<State>[] = []
  status: 'active' | 'done' | 'failed' = 'active'
  cost = 0
  retries = 0

  constructor(domain: ActingDomain<State>) {
    this.domain = domain
  }

  static begin<State>(domain: ActingDomain<State>, call: Call, state: State): RefinementStack<State> {
    const stack = new RefinementStack(domain)
    stack.#push(call, state)
    return stack
  }

  /** The same place, to be carried on in imagination. */
  copy(): RefinementStack<State> {
    const copy = new RefinementStack(this.domain)
    copy.cost = this.cost
    for (const frame of this.frames)
      copy.frames.push({
        ...frame,
        tried: [...frame.tried],
        seen: [...frame.seen],
        view: { state: frame.view.state },
        generator: null,
      })
    return copy
  }

  /** The next command; null when the task is done or has failed. */
  next(state: State, options: StackOptions<State>): Call | null {
    for (;;) {
      const frame = this.frames.at(-1)
      if (frame === undefined) return null
      if (frame.current === null && !this.#choose(frame, state, options)) {
        this.frames.pop()
        const parent = this.frames.at(-1)
        if (parent === undefined) this.status = 'failed'
        else this.#failMethod(parent, options)
        continue
      }
      const step = this.#resume(frame, state)
      if (step === null) {
        this.#report(frame, true, options)
        this.frames.pop()
        if (this.frames.length === 0) this.status = 'done'
      } else if (step.kind === 'command') {
        return { name: step.name, args: step.args }
      } else if (step.kind === 'refuse' || this.frames.length >= MAX_DEPTH) this.#failMethod(frame, options)
      else this.#push(step, state)
    }
  }

  /** Tells what came of the command that `next` gave. */
  conclude(success: boolean, cost: number, options: StackOptions<State>): void {
    this.cost += success ? cost : (this.domain.failureCost ?? cost)
    const frame = this.frames.at(-1)
    if (!success && frame !== undefined) this.#failMethod(frame, options)
  }

  /** The command that `next` gave is not begun: its method has failed, at no cost. */
  abandon(options: StackOptions<State>): void {
    const frame = this.frames.at(-1)
    if (frame !== undefined) this.#failMethod(frame, options)
  }

  /** Whether no method was taken yet. */
  get untouched(): boolean {
    return this.frames.length === 1 && this.frames[0]?.tried.length === 0
  }

  #push(call: Call, state: State): void {
    const known = this.domain.methods.filter((method) => method.task === call.name)
    if (known.length === 0)
      throw new InvalidInputError([
        {
          code: 'unknown-task',
          path: ['methods'],
          message: `no method meets ${call.name}`,
          hint: 'add a method for it, or yield a command',
        },
      ])
    this.frames.push({
      call: { name: call.name, args: call.args },
      candidates: known.filter((method) => method.when?.(state, call.args) ?? true),
      tried: [],
      current: null,
      generator: null,
      seen: [],
      view: { state },
      begun: null,
    })
  }

  #choose(frame: Frame<State>, state: State, options: StackOptions<State>): boolean {
    const untried = frame.candidates.map((_, index) => index).filter((index) => !frame.tried.includes(index))
    if (untried.length === 0) return false
    if (frame.tried.length > 0) this.retries++
    const chosen = untried.length === 1 ? (untried[0] as number) : options.choose(this, state, untried)
    options.taken?.(frame.call, (frame.candidates[chosen] as RefinementMethod<State>).name)
    frame.tried.push(chosen)
    frame.current = chosen
    frame.generator = null
    frame.seen = []
    frame.begun = { state, cost: this.cost }
    return true
  }

  #resume(frame: Frame<State>, state: State): Step | null {
    if (frame.generator === null) {
      const view: View<State> = frame.view
      frame.generator = (frame.candidates[frame.current as number] as RefinementMethod<State>).refine(
        view,
        ...frame.call.args,
      )
      for (const before of frame.seen) {
        frame.view.state = before
        frame.generator.next()
      }
    }
    frame.seen.push(state)
    frame.view.state = state
    const { done, value } = frame.generator.next()
    return done === true ? null : (value as Step)
  }

  #failMethod(frame: Frame<State>, options: StackOptions<State>): void {
    this.#report(frame, false, options)
    frame.generator?.return()
    frame.generator = null
    frame.current = null
  }

  #report(frame: Frame<State>, success: boolean, options: StackOptions<State>): void {
    const { begun, current, call } = frame
    if (options.ended === undefined || begun === null || current === null) return
    const method = (frame.candidates[current] as RefinementMethod<State>).name
    options.ended({ call, method, success, state: begun.state, cost: this.cost - begun.cost })
  }
}
