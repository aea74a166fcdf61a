/**
 * Where lines end: at `\n`, at `\r\n`, and at `\r` alone, as in the Language Server Protocol, so
 * that editors and the compiler mean the same line. No other character ends one.
 */

const lineFeed = 10;
const carriageReturn = 13;

/** Whether a line ends with the code unit at an offset: with `\r\n`, that is the `\n`. */
const endsAt = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at);
  return unit === lineFeed || (unit === carriageReturn && text.charCodeAt(at + 1) !== lineFeed);
};

/** Whether a line begins at an offset. */
export const isLineStart = (text: string, at: number): boolean => at === 0 || endsAt(text, at - 1);

/** How many lines end between two offsets. */
export const countLineEnds = (text: string, start = 0, end = text.length): number => {
  let count = 0;
  for (let at = text.indexOf("\n", start); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) count++;
  // A search for what is nowhere must not go on to the end of the text for each of its pieces.
  const own = text.slice(start, end);
  for (let at = own.indexOf("\r"); at >= 0; at = own.indexOf("\r", at + 1))
    if (text.charCodeAt(start + at + 1) !== lineFeed) count++;
  return count;
};

/** Where lines begin behind those that end between two offsets. */
export const lineStarts = (text: string, start = 0, end = text.length): readonly number[] => {
  const starts: number[] = [];
  for (let at = start; at < end; at++) if (endsAt(text, at)) starts.push(at + 1);
  return starts;
};

/** Whether a line ends between two offsets. */
export const hasLineEnd = (text: string, start: number, end: number): boolean =>
  /[\r\n]/.test(text.slice(start, end));

/** Where the line begins in which an offset is. O(how far back that is) where a `\n` ends the one before. */
export const lineStart = (text: string, offset: number): number => {
  const from = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  const own = text.slice(from, offset);
  let at = own.lastIndexOf("\r");
  // Before a `\n` it ends no line.
  if (at === own.length - 1 && at >= 0 && text.charCodeAt(offset) === lineFeed)
    at = at === 0 ? -1 : own.lastIndexOf("\r", at - 1);
  return from + at + 1;
};

/** Where what is seen of a line ends: at its `\n` or `\r`, or with the text. */
export const lineEnd = (text: string, offset: number): number => {
  let at = offset;
  while (at < text.length && text.charCodeAt(at) !== lineFeed && text.charCodeAt(at) !== carriageReturn) at++;
  return at;
};

/** Where the next line begins; the text's length where there is none. */
export const nextLine = (text: string, offset: number): number => {
  const end = lineEnd(text, offset);
  return Math.min(text.length, end + (text.startsWith("\r\n", end) ? 2 : 1));
};

/** Lines without what ends them. */
export const linesOf = (text: string): readonly string[] => text.split(/\r\n|\n|\r/);

/** Counts the lines that end before an offset, of offsets in rising order; `first` of them end before `from`. */
export const lineCounter = (text: string, from = 0, first = 0): ((offset: number) => number) => {
  let line = first;
  let at = from;
  return (offset) => {
    for (; at < offset; at++) if (endsAt(text, at)) line++;
    return line;
  };
};

/** The ends of a text's lines, each at its first `\n` or `\r`, for offsets in rising order: in time linear in the text. */
export class LineEnds {
  readonly #text: string;
  /** The first of each from where one last looked. */
  #lineFeed = -1;
  #carriageReturn = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the line ends in which `at` is; the text's length in the last one. */
  next(at: number): number {
    if (at > this.#lineFeed) this.#lineFeed = this.#find("\n", at);
    if (at > this.#carriageReturn) this.#carriageReturn = this.#find("\r", at);
    return Math.min(this.#lineFeed, this.#carriageReturn);
  }

  #find(character: string, from: number): number {
    const found = this.#text.indexOf(character, from);
    return found < 0 ? this.#text.length : found;
  }
}
