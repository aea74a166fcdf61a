/** A text that is being written, and the place in it: pure moves and changes. */

export interface Buffer {
  readonly text: string;
  /** An offset, never inside of a grapheme. */
  readonly cursor: number;
}

export const empty: Buffer = { text: "", cursor: 0 };

export const bufferOf = (text: string): Buffer => ({ text, cursor: text.length });

const segmenter = new Intl.Segmenter();

/** The offsets around the grapheme before or behind an offset. */
const before = (text: string, at: number): number => {
  // A grapheme that is longer than this is not worth scanning a long text for.
  const from = Math.max(0, at - 64);
  let last = from;
  for (const { index } of segmenter.segment(text.slice(from, at))) last = from + index;
  return at === 0 ? 0 : last;
};

const behind = (text: string, at: number): number => {
  for (const { segment } of segmenter.segment(text.slice(at, at + 64))) return at + segment.length;
  return at;
};

const isWord = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}_]/u.test(character);

const wordBefore = ({ text, cursor }: Buffer): number => {
  let at = cursor;
  while (at > 0 && !isWord(text[at - 1])) at--;
  while (at > 0 && isWord(text[at - 1])) at--;
  return at;
};

const wordBehind = ({ text, cursor }: Buffer): number => {
  let at = cursor;
  while (at < text.length && !isWord(text[at])) at++;
  while (at < text.length && isWord(text[at])) at++;
  return at;
};

const lineStartAt = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;

const lineEndAt = (text: string, at: number): number => {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
};

/** The text with `inserted` in place of what is between two offsets, and the cursor behind it. */
export const replace = ({ text }: Buffer, from: number, to: number, inserted: string): Buffer => ({
  text: text.slice(0, from) + inserted + text.slice(to),
  cursor: from + inserted.length,
});

export const insert = (buffer: Buffer, inserted: string): Buffer =>
  replace(buffer, buffer.cursor, buffer.cursor, inserted);

export const place = ({ text }: Buffer, cursor: number): Buffer => ({ text, cursor });

export const left = (b: Buffer): Buffer => place(b, before(b.text, b.cursor));
export const right = (b: Buffer): Buffer => place(b, behind(b.text, b.cursor));
export const wordLeft = (b: Buffer): Buffer => place(b, wordBefore(b));
export const wordRight = (b: Buffer): Buffer => place(b, wordBehind(b));
export const lineStart = (b: Buffer): Buffer => place(b, lineStartAt(b.text, b.cursor));
export const lineEnd = (b: Buffer): Buffer => place(b, lineEndAt(b.text, b.cursor));

/** The same column a line above; null on the first line. */
export const up = ({ text, cursor }: Buffer): Buffer | null => {
  const start = lineStartAt(text, cursor);
  if (start === 0) return null;
  const above = lineStartAt(text, start - 1);
  return { text, cursor: Math.min(above + cursor - start, start - 1) };
};

/** The same column a line below; null on the last line. */
export const down = ({ text, cursor }: Buffer): Buffer | null => {
  const end = lineEndAt(text, cursor);
  if (end === text.length) return null;
  const column = cursor - lineStartAt(text, cursor);
  return { text, cursor: Math.min(end + 1 + column, lineEndAt(text, end + 1)) };
};

/** What is taken out, and what is left. */
export interface Cut {
  readonly buffer: Buffer;
  readonly taken: string;
}

const cut = (b: Buffer, from: number, to: number): Cut => ({
  buffer: replace(b, from, to, ""),
  taken: b.text.slice(from, to),
});

/** Of the blanks that indent a line, two go at once. */
export const backspace = (b: Buffer): Buffer => {
  const start = lineStartAt(b.text, b.cursor);
  const indent = b.text.slice(start, b.cursor);
  const two = indent.length >= 2 && indent.length % 2 === 0 && /^ +$/.test(indent);
  return cut(b, two ? b.cursor - 2 : before(b.text, b.cursor), b.cursor).buffer;
};

export const deleteBehind = (b: Buffer): Buffer => cut(b, b.cursor, behind(b.text, b.cursor)).buffer;
export const cutWordLeft = (b: Buffer): Cut => cut(b, wordBefore(b), b.cursor);
export const cutWordRight = (b: Buffer): Cut => cut(b, b.cursor, wordBehind(b));
export const cutToLineStart = (b: Buffer): Cut => cut(b, lineStartAt(b.text, b.cursor), b.cursor);

/** To the end of the line; at its end, the line break. */
export const cutToLineEnd = (b: Buffer): Cut => {
  const end = lineEndAt(b.text, b.cursor);
  return cut(b, b.cursor, end === b.cursor ? Math.min(end + 1, b.text.length) : end);
};

/** The grapheme before the cursor and that behind it change places; at the end of a line, the last two. */
export const transpose = (b: Buffer): Buffer => {
  const { text, cursor } = b;
  const middle = lineEndAt(text, cursor) === cursor ? before(text, cursor) : cursor;
  const from = before(text, middle);
  const to = behind(text, middle);
  if (from === middle || to === middle || text.slice(from, to).includes("\n")) return b;
  return replace(b, from, to, text.slice(middle, to) + text.slice(from, middle));
};

/** A new line, indented as this one, and more behind an open bracket. */
export const newline = (b: Buffer): Buffer => {
  const line = b.text.slice(lineStartAt(b.text, b.cursor), b.cursor);
  const indent = /^ */.exec(line)![0];
  return insert(b, `\n${indent}${/[[({]\s*$/.test(line) ? "  " : ""}`);
};

/** A closing bracket that is the first on its line stands where the opening line began. */
export const closing = (b: Buffer, bracket: string): Buffer => {
  const start = lineStartAt(b.text, b.cursor);
  const line = b.text.slice(start, b.cursor);
  const from = /^ {2,}$/.test(line) ? b.cursor - 2 : b.cursor;
  return replace(b, from, b.cursor, bracket);
};
