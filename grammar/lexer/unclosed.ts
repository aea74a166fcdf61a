/** What begins and never ends. Behind what may have swallowed code, nothing else is said of a declaration. */
import { type SyntaxProblem, syntaxProblem } from "../problem.ts";

export const unclosedComment = (start: number): SyntaxProblem => ({
  ...syntaxProblem(start, start + 2, "This comment is never closed.", {
    message: "Every `{-` needs a `-}` of its own; comments nest.",
  }),
  isLast: true,
});

export const unclosedText = (start: number): SyntaxProblem => ({
  ...syntaxProblem(start, start + 3, 'This `"""` is never closed.', {
    message: 'A text of several lines ends with another `"""`.',
  }),
  isLast: true,
});

/** `"` or `""` where a text of several lines begins. */
export const tooFewQuotes = (start: number, end: number): SyntaxProblem => ({
  ...syntaxProblem(start, end, 'A text of several lines begins with `"""`.', {
    message: 'Write `"""`.',
    fix: { start, end, text: '"""' },
  }),
  isLast: true,
});

export const unclosedString = (start: number, end: number): SyntaxProblem =>
  syntaxProblem(start, end, "This string is never closed.", {
    message: 'A string ends with `"` on the line on which it begins; `"""` goes over several lines.',
  });

export const unclosedInterpolation = (start: number): SyntaxProblem =>
  syntaxProblem(start, start + 3, "The `${` in this text is never closed.", {
    message: 'A `"""` ends the text even inside of an interpolation.',
  });
