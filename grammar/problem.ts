/** What is wrong with a piece of text, before it is known where in the file that piece stands. */

/** Offsets, in UTF-16 code units; the end is exclusive. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

export interface SyntaxHint {
  readonly message: string;
  /** The other place involved. */
  readonly place?: Extent;
  /** Text that, put in place of the extent, is the exact fix. */
  readonly fix?: Extent & { readonly text: string };
}

export interface SyntaxProblem extends Extent {
  readonly code: "syntax" | "limit-exceeded";
  readonly message: string;
  readonly hints: readonly SyntaxHint[];
  /** What follows in the declaration is likely of the same mistake. */
  readonly isLast?: true;
}

export const syntaxProblem = (
  start: number,
  end: number,
  message: string,
  ...hints: readonly SyntaxHint[]
): SyntaxProblem => ({ code: "syntax", message, start, end, hints });

const shiftExtent = <E extends Extent>(extent: E, by: number): E => ({
  ...extent,
  start: extent.start + by,
  end: extent.end + by,
});

/** The same problem, its offsets moved. */
export const shift = (problem: SyntaxProblem, by: number): SyntaxProblem => ({
  ...shiftExtent(problem, by),
  hints: problem.hints.map((hint) => ({
    message: hint.message,
    ...(hint.place && { place: shiftExtent(hint.place, by) }),
    ...(hint.fix && { fix: shiftExtent(hint.fix, by) }),
  })),
});
