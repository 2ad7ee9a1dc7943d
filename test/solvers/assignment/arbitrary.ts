/** Random small matrices for properties: ties, negatives, forbidden pairs, any shape. */
import fc from 'fast-check'

export const cells = (largest = 6) =>
  fc
    .record({
      rows: fc.integer({ min: 1, max: largest }),
      columns: fc.integer({ min: 1, max: largest }),
      spread: fc.constantFrom(1, 5, 1000),
      forbidden: fc.constantFrom(0, 2, 5),
    })
    .chain(({ rows, columns, spread, forbidden }) =>
      fc.array(
        fc.array(
          fc.oneof(
            { weight: 10 - forbidden, arbitrary: fc.integer({ min: -spread, max: spread }) },
            { weight: forbidden, arbitrary: fc.constant(null) },
          ),
          { minLength: columns, maxLength: columns },
        ),
        { minLength: rows, maxLength: rows },
      ),
    )
