import { fc, test } from '@fast-check/vitest'
import Fraction from 'fraction.js'
import { describe, expect } from 'vitest'
import { Rational } from '../../../../solvers/linear/exact/index.ts'

const seed = { seed: 20261123, numRuns: 300 }
const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const small = fc.tuple(fc.bigInt({ min: -999n, max: 999n }), fc.bigInt({ min: 1n, max: 99n }))

describe('rational numbers', () => {
  test.prop([finite], seed)('a double survives the way there and back, in both meanings', (value) => {
    expect(Rational.from(value, 'binary').toNumber()).toBe(value + 0)
    expect(Rational.from(value, 'decimal').toNumber()).toBe(value + 0)
  })

  test.prop([small, small], seed)('arithmetic agrees with fraction.js', ([a, b], [c, d]) => {
    const [x, y] = [Rational.of(a, b), Rational.of(c, d)]
    const [u, v] = [new Fraction(a, b), new Fraction(c, d)]
    const text = (value: Fraction): string => value.toFraction()
    expect(x.add(y).toString()).toBe(text(u.add(v)))
    expect(x.subtract(y).toString()).toBe(text(u.sub(v)))
    expect(x.multiply(y).toString()).toBe(text(u.mul(v)))
    if (c !== 0n) expect(x.divide(y).toString()).toBe(text(u.div(v)))
    expect(Math.sign(x.compare(y))).toBe(Math.sign(u.compare(v)))
    expect(x.floor()).toBe(BigInt(u.floor().toString()))
    expect(x.ceil()).toBe(BigInt(u.ceil().toString()))
  })

  test('one tenth is what was written or what is stored, as asked', () => {
    expect(Rational.from(0.1, 'decimal').toString()).toBe('1/10')
    expect(Rational.from(0.1, 'binary').toString()).toBe('3602879701896397/36028797018963968')
    expect(Rational.from(1.5e-7, 'decimal').toString()).toBe('3/20000000')
    expect(Rational.from(1e22, 'decimal').toString()).toBe('10000000000000000000000')
  })

  test('the nearest double is chosen, halves to the even one', () => {
    const half = Rational.of(1n, 1n << 53n)
    expect(Rational.one.add(half).toNumber()).toBe(1)
    expect(Rational.one.add(Rational.of(3n, 1n << 53n)).toNumber()).toBe(1 + 2 ** -51)
    expect(Rational.of(1n, 3n).toNumber()).toBe(1 / 3)
    expect(Rational.of(10n ** 400n).toNumber()).toBe(Number.POSITIVE_INFINITY)
    expect(Rational.of(-1n, 10n ** 400n).toNumber()).toBe(-0)
    expect(Rational.of(1n, 1n << 1074n).toNumber()).toBe(Number.MIN_VALUE)
  })

  test('what is no number is refused', () => {
    expect(() => Rational.from(Number.NaN)).toThrow(RangeError)
    expect(() => Rational.from(Number.POSITIVE_INFINITY)).toThrow(RangeError)
    expect(() => Rational.of(1n, 0n)).toThrow(RangeError)
  })
})
