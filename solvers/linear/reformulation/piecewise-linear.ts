/**
 * y = f(x), y >= f(x) or y <= f(x) for a continuous piecewise-linear f through (x_0, y_0) .. (x_n, y_n), x_0 <= x <= x_n.
 *
 * Without binaries where that is exact: f affine; f convex and y >= f(x); f concave and y <= f(x). One row a segment,
 *
 *     y >= y_{k-1} + slope_k (x - x_{k-1})      (<= for concave)
 *
 * Incremental (Markowitz and Manne 1957), locally ideal (Padberg 2000); n variables, n - 1 binaries, 2 n rows:
 *
 *     x = x_0 + sum (x_k - x_{k-1}) d_k,   y = y_0 + sum (y_k - y_{k-1}) d_k,
 *     1 >= d_1 >= z_1 >= d_2 >= z_2 >= ... >= d_n >= 0,   z_k in {0, 1}
 *
 * Convex combination; n + 1 variables of a special ordered set of type 2 (special-ordered-sets.ts), n binaries:
 *
 *     x = sum x_k l_k,   y = sum y_k l_k,   sum l_k = 1,   l >= 0 of type 2
 */
import { InvalidInputError, type Issue } from '../../contract/index.ts'
import type { LinearModel, Relation, Row, Term, Variable } from '../model.ts'
import { domain } from './activity.ts'
import { addSos2 } from './special-ordered-sets.ts'

export interface PiecewiseLinear {
  readonly name: string
  readonly input: Variable
  /** Breakpoints [x, y], x strictly increasing, two or more. */
  readonly points: readonly (readonly [number, number])[]
  /** How the output stands to f(input). @default '=' */
  readonly relation?: Relation
  /** An existing variable; otherwise one is added with the name and the range of f. */
  readonly output?: Variable
  /** Formulation where binaries are needed. @default 'incremental' */
  readonly method?: 'incremental' | 'convex-combination'
  /** As for rows. @default the name */
  readonly group?: string | null
}

export interface AddedPiecewise {
  readonly output: Variable
  /** What was used. */
  readonly method: 'affine' | 'convex' | 'concave' | 'incremental' | 'convex-combination'
  readonly binaries: readonly Variable[]
  readonly rows: readonly Row[]
}

/** @throws InvalidInputError when the breakpoints are no function */
export function addPiecewiseLinear(model: LinearModel, spec: PiecewiseLinear): AddedPiecewise {
  const { name, input, relation = '=', group = name } = spec
  requirePoints(spec)
  const points = withoutCollinear(spec.points)
  const output = spec.output ?? addOutput(model, name, points, relation)
  const rows: Row[] = []
  const add = (label: string, terms: readonly Term[], side: Relation, rhs: number) =>
    rows.push(model.addRow(`${name} ${label}`, terms, side, rhs, { group }))

  const slopes = points.slice(1).map(([x, y], k) => {
    const [x0, y0] = points[k] as readonly [number, number]
    return (y - y0) / (x - x0)
  })
  const rising = slopes.every((slope, k) => k === 0 || slope >= (slopes[k - 1] as number))
  const falling = slopes.every((slope, k) => k === 0 || slope <= (slopes[k - 1] as number))
  const plain =
    slopes.length === 1
      ? 'affine'
      : rising && relation === '>='
        ? 'convex'
        : falling && relation === '<='
          ? 'concave'
          : null
  if (plain !== null) {
    keepInDomain(model, spec, points, rows, group)
    slopes.forEach((slope, k) => {
      const [x0, y0] = points[k] as readonly [number, number]
      add(
        `segment ${k + 1}`,
        [
          [output, 1],
          [input, -slope],
        ],
        relation,
        y0 - slope * x0,
      )
    })
    return { output, method: plain, binaries: [], rows }
  }

  if (spec.method === 'convex-combination') {
    const weights = points.map((_, k) => model.addVariable(`${name} weight ${k}`, { upper: 1 }))
    add(
      'weights',
      weights.map((weight): Term => [weight, 1]),
      '=',
      1,
    )
    add('input', [[input, 1], ...weights.map((weight, k): Term => [weight, -(points[k]?.[0] as number)])], '=', 0)
    add(
      'output',
      [[output, 1], ...weights.map((weight, k): Term => [weight, -(points[k]?.[1] as number)])],
      relation,
      0,
    )
    const set = addSos2(model, { name: `${name} set`, variables: weights, group })
    return { output, method: 'convex-combination', binaries: set.binaries, rows: [...rows, ...set.rows] }
  }

  const [[firstX, firstY]] = points as [readonly [number, number]]
  const parts = slopes.map((_, k) => model.addVariable(`${name} part ${k + 1}`, { upper: 1 }))
  const difference = (k: number, axis: 0 | 1) => (points[k + 1]?.[axis] as number) - (points[k]?.[axis] as number)
  add('input', [[input, 1], ...parts.map((part, k): Term => [part, -difference(k, 0)])], '=', firstX)
  add('output', [[output, 1], ...parts.map((part, k): Term => [part, -difference(k, 1)])], relation, firstY)
  const binaries = parts.slice(1).map((next, k) => {
    const full = model.addVariable(`${name} past ${k + 1}`, { kind: 'binary' })
    add(
      `fill ${k + 1}`,
      [
        [parts[k] as Variable, 1],
        [full, -1],
      ],
      '>=',
      0,
    )
    add(
      `open ${k + 2}`,
      [
        [next, 1],
        [full, -1],
      ],
      '<=',
      0,
    )
    return full
  })
  return { output, method: 'incremental', binaries, rows }
}

/** f(x) by the breakpoints. NaN outside of their range. O(log n). */
export function evaluatePiecewise(points: readonly (readonly [number, number])[], x: number): number {
  let low = 0
  let high = points.length - 1
  if (!(x >= (points[low]?.[0] as number) && x <= (points[high]?.[0] as number))) return Number.NaN
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((points[middle]?.[0] as number) <= x) low = middle
    else high = middle
  }
  const [x0, y0] = points[low] as readonly [number, number]
  const [x1, y1] = points[high] as readonly [number, number]
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0)
}

function requirePoints({ name, points }: PiecewiseLinear): void {
  const issues: Issue[] = []
  const fault = (message: string, hint: string, at: (string | number)[] = []) =>
    issues.push({ code: 'bad-breakpoints', path: ['reformulation', name, 'points', ...at], message, hint })
  if (points.length < 2) fault(`"${name}" has ${points.length} breakpoints`, 'give two or more')
  points.forEach(([x, y], k) => {
    if (!Number.isFinite(x) || !Number.isFinite(y))
      fault(`the breakpoint (${x}, ${y}) is not finite`, 'give finite numbers', [k])
    else if (k > 0 && !(x > (points[k - 1]?.[0] as number))) {
      fault(
        `the breakpoint ${k} at x = ${x} does not lie right of the one before`,
        'sort them; jumps are not supported',
        [k],
      )
    }
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}

/** Drops breakpoints at which the slope does not change. */
function withoutCollinear(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = []
  for (const point of points) {
    const a = kept.at(-2)
    const b = kept.at(-1)
    if (a !== undefined && b !== undefined) {
      const bend = (b[1] - a[1]) * (point[0] - b[0]) - (point[1] - b[1]) * (b[0] - a[0])
      if (Math.abs(bend) <= 1e-12 * Math.abs((b[0] - a[0]) * (point[0] - b[0])) * Math.max(1, Math.abs(b[1])))
        kept.pop()
    }
    kept.push(point)
  }
  return kept
}

function addOutput(
  model: LinearModel,
  name: string,
  points: readonly (readonly [number, number])[],
  relation: Relation,
): Variable {
  const ys = points.map(([, y]) => y)
  return model.addVariable(name, {
    lower: relation === '<=' ? Number.NEGATIVE_INFINITY : Math.min(...ys),
    upper: relation === '>=' ? Number.POSITIVE_INFINITY : Math.max(...ys),
  })
}

/** Outside of the breakpoints there is no f: the input is kept between them. */
function keepInDomain(
  model: LinearModel,
  { name, input }: PiecewiseLinear,
  points: readonly (readonly [number, number])[],
  rows: Row[],
  group: string | null,
): void {
  const [lower, upper] = domain(model, input)
  const from = points[0]?.[0] as number
  const to = points.at(-1)?.[0] as number
  if (lower >= from && upper <= to) return
  rows.push(model.addRange(`${name} domain`, from, [[input, 1]], to, { group }))
}
