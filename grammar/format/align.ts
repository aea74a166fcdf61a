/** Keeps the equals signs of neighbouring declarations below each other, where the author had them so. */
import { Lexer } from "../lexer.ts";
import * as T from "../tokens.ts";
import { isBlank } from "./comments.ts";
import type { Item } from "./items.ts";
import type { Line } from "./render.ts";

/** Where a declaration's own `=` stands in it; -1 if it has none. */
const equalsIn = (text: string): number => {
  const lexer = new Lexer(text);
  let depth = 0;
  for (let token = lexer.next(); token !== null; token = lexer.next()) {
    const { tokenType } = token;
    if (tokenType === T.LParen || tokenType === T.LCurly) depth++;
    else if (tokenType === T.RParen || tokenType === T.RCurly) depth--;
    else if (tokenType === T.Equals && depth === 0) return token.startOffset;
  }
  return -1;
};

const largest = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0);

const isLine = (item: Item): boolean => item.term !== null && item.lines.length === 1;

export const align = (text: string, items: readonly Item[], width: number): Item[] => {
  const result: (readonly Item[])[] = [];
  for (let from = 0; from < items.length; ) {
    let to = from + 1;
    while (to < items.length && neighbours(text, items[to - 1]!, items[to]!)) to++;
    result.push(aligned(text, items.slice(from, to), width));
    from = to;
  }
  return result.flat();
};

/** One-line declarations of one kind on lines that follow each other. */
const neighbours = (text: string, a: Item, b: Item): boolean =>
  isLine(a) && isLine(b) && a.term!.node._tag === b.term!.node._tag && !isBlank(text, a.end, b.start);

const aligned = (text: string, run: readonly Item[], width: number): readonly Item[] => {
  if (run.length < 2) return run;
  const wanted = run.some(({ start, end }) => {
    const written = text.slice(start, end);
    const at = equalsIn(written);
    return at > 1 && !written.slice(0, at).includes("\n") && written.slice(at - 2, at) === "  ";
  });
  if (!wanted) return run;
  const signs = run.map((item) => equalsIn(item.lines[0]!.code));
  const column = largest(signs);
  if (signs.some((at) => at < 0)) return run;
  const padded = run.map((item, i) => {
    const [line] = item.lines as readonly [Line];
    const at = signs[i]!;
    const code = line.code.slice(0, at) + " ".repeat(column - at) + line.code.slice(at);
    return { ...item, lines: [{ ...line, code }] };
  });
  return padded.some(({ lines }) => lines[0]!.code.length > width) ? run : padded;
};

/** Comments at the ends of lines that follow each other, below each other if they were. */
export const alignComments = (lines: readonly Line[], width: number): string[] => {
  const result: string[] = [];
  for (let from = 0; from < lines.length; ) {
    let to = from;
    while (to < lines.length && lines[to]!.comment !== null) to++;
    const run = lines.slice(from, to);
    const column = run.some(({ padded }) => padded) ? largest(run.map(({ code }) => code.length)) + 2 : 0;
    const fits = run.every(
      ({ code, comment }) => column + comment!.length <= width || code.length + 1 + comment!.length > width,
    );
    for (const { code, comment } of run) result.push(`${fits ? code.padEnd(column - 1) : code} ${comment}`);
    if (to < lines.length) result.push(lines[to]!.code);
    from = to + 1;
  }
  return result;
};
