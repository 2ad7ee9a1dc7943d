/**
 * Rational numbers on bigint, always in lowest terms with a positive denominator. For certificates and results; the hot
 * loops of the exact simplex work on scaled integers instead.
 */

/**
 * What a double stands for: `binary` the number it is (0.1 is 3602879701896397 / 2^55), `decimal` the shortest decimal that
 * reads back as it (0.1 is 1/10), which is what its author wrote.
 */
export type NumberMeaning = 'binary' | 'decimal'

export class Rational {
  static readonly zero = new Rational(0n, 1n)
  static readonly one = new Rational(1n, 1n)

  readonly numerator: bigint
  readonly denominator: bigint

  private constructor(numerator: bigint, denominator: bigint) {
    this.numerator = numerator
    this.denominator = denominator
  }

  /** numerator / denominator. @throws RangeError for a zero denominator */
  static of(numerator: bigint, denominator = 1n): Rational {
    if (denominator === 0n) throw new RangeError('a rational number needs a denominator that is not 0')
    if (numerator === 0n) return Rational.zero
    if (denominator < 0n) {
      numerator = -numerator
      denominator = -denominator
    }
    if (denominator === 1n) return new Rational(numerator, 1n)
    const divisor = commonDivisor(numerator < 0n ? -numerator : numerator, denominator)
    return new Rational(numerator / divisor, denominator / divisor)
  }

  /** @param value a finite number @throws RangeError for NaN and infinities */
  static from(value: number, meaning: NumberMeaning = 'binary'): Rational {
    if (!Number.isFinite(value)) throw new RangeError(`${value} is not a rational number`)
    if (Number.isInteger(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return Rational.of(BigInt(value))
    return meaning === 'binary' ? fromBits(value) : fromDigits(value)
  }

  add(other: Rational): Rational {
    if (this.numerator === 0n) return other
    if (other.numerator === 0n) return this
    return Rational.of(
      this.numerator * other.denominator + other.numerator * this.denominator,
      this.denominator * other.denominator,
    )
  }

  subtract(other: Rational): Rational {
    return this.add(other.negate())
  }

  multiply(other: Rational): Rational {
    return Rational.of(this.numerator * other.numerator, this.denominator * other.denominator)
  }

  /** @throws RangeError when other is 0 */
  divide(other: Rational): Rational {
    return Rational.of(this.numerator * other.denominator, this.denominator * other.numerator)
  }

  negate(): Rational {
    return new Rational(-this.numerator, this.denominator)
  }

  /** Negative, 0 or positive as this is less than, equal to or greater than other. */
  compare(other: Rational): number {
    const difference = this.numerator * other.denominator - other.numerator * this.denominator
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }

  equals(other: Rational): boolean {
    return this.numerator === other.numerator && this.denominator === other.denominator
  }

  get sign(): number {
    return this.numerator < 0n ? -1 : this.numerator > 0n ? 1 : 0
  }

  get isInteger(): boolean {
    return this.denominator === 1n
  }

  /** Largest integer that is not larger. */
  floor(): bigint {
    const quotient = this.numerator / this.denominator
    return this.numerator < 0n && quotient * this.denominator !== this.numerator ? quotient - 1n : quotient
  }

  /** Smallest integer that is not smaller. */
  ceil(): bigint {
    return -this.negate().floor()
  }

  /** The nearest double (ties to even), +-Infinity beyond its range. */
  toNumber(): number {
    return quotient(this.numerator, this.denominator)
  }

  /** `p` or `p/q` */
  toString(): string {
    return this.denominator === 1n ? String(this.numerator) : `${this.numerator}/${this.denominator}`
  }

  toJSON(): string {
    return this.toString()
  }
}

/** Euclid. Both >= 0, not both 0. */
export function commonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}

function fromBits(value: number): Rational {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n
  const exponent = (biased === 0 ? 1 : biased) - 1075
  const signed = value < 0 ? -mantissa : mantissa
  return exponent >= 0 ? Rational.of(signed << BigInt(exponent)) : Rational.of(signed, 1n << BigInt(-exponent))
}

function fromDigits(value: number): Rational {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const power = Number(exponent) - fraction.length
  const digits = BigInt(whole + fraction)
  return power >= 0 ? Rational.of(digits * 10n ** BigInt(power)) : Rational.of(digits, 10n ** BigInt(-power))
}

/** Correctly rounded: 64 bits of the quotient with a sticky bit below. */
function quotient(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0
  const negative = numerator < 0n
  const size = negative ? -numerator : numerator
  let shift = 64 - (bitLength(size) - bitLength(denominator))
  // Doubles below 2^-1022 have fewer bits; stop at their last one.
  if (shift > 1074) shift = 1074
  const scaled = shift >= 0 ? size << BigInt(shift) : size
  const divisor = shift >= 0 ? denominator : denominator << BigInt(-shift)
  let result = scaled / divisor
  if (shift < 1074 && result * divisor !== scaled) result |= 1n
  else if (shift === 1074) result = roundHalfEven(scaled, divisor)
  const half = Math.trunc(shift / 2)
  const magnitude = Number(result) * 2 ** -half * 2 ** -(shift - half)
  return negative ? -magnitude : magnitude
}

function roundHalfEven(numerator: bigint, denominator: bigint): bigint {
  const whole = numerator / denominator
  const twice = 2n * (numerator - whole * denominator)
  return twice > denominator || (twice === denominator && (whole & 1n) === 1n) ? whole + 1n : whole
}

function bitLength(value: bigint): number {
  const hex = value.toString(16)
  return 4 * hex.length - Math.clz32(Number.parseInt(hex[0] as string, 16)) + 28
}
