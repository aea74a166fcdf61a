/** Text as a terminal shows it: in columns, not in code units. */
import stringWidth from "string-width";

/** Columns that a text takes; colours take none. */
export const width = (text: string): number => stringWidth(text);

const tabStop = 4;

/** As a terminal may be given it: tabs widened from column `from` on, control characters made visible. */
export const visible = (text: string, from = 0): string => {
  let shown = "";
  for (const piece of text.split(/([\t\p{Cc}\p{Cf}\p{Cs}\u2028\u2029])/u)) {
    if (piece === "\t") shown += " ".repeat(tabStop - ((from + width(shown)) % tabStop));
    else if (/^\p{Cc}$/u.test(piece)) shown += control(piece);
    else if (/^[\p{Cf}\p{Cs}\u2028\u2029]$/u.test(piece) && !/[\u200c\u200d]/.test(piece)) shown += "\ufffd";
    else shown += piece;
  }
  return shown;
};

/** `␛` and its like for C0 and DEL, `�` for the rest. */
const control = (character: string): string => {
  const code = character.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? "\u2421" : "\ufffd";
};

export const padEnd = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - width(text)));

export const padStart = (text: string, columns: number): string =>
  " ".repeat(Math.max(0, columns - width(text))) + text;

/** A plain text in rows that are filled to the last column, so many at most: with `…` where something is left out. */
export const pieces = (text: string, columns: number, most: number): readonly string[] => {
  const rows: string[] = [];
  let row = "";
  let used = 0;
  let rest = text;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const wide = width(segment);
    if (used + wide > columns && row !== "") {
      rows.push(row);
      rest = rest.slice(row.length);
      if (rows.length === most - 1) break;
      [row, used] = ["", 0];
    }
    row += segment;
    used += wide;
  }
  return [...rows, cut(rest, columns)];
};

/** The beginning of a plain text that fits, with `…` where something is left out. */
export const cut = (text: string, columns: number): string => {
  if (width(text) <= columns) return text;
  let kept = "";
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += width(segment);
    if (used > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? "" : `${kept}…`;
};

/**
 * Breaks a text at blanks so that no line is wider than `room`, unless a word is. Of the
 * first line `taken` columns are used already.
 */
export const wrap = (text: string, room: number, taken = 0): readonly string[] => {
  const lines: string[] = [];
  let line = "";
  let used = taken;
  for (const word of text.split(" ")) {
    const columns = width(word);
    if (line !== "" && used + 1 + columns > room) {
      lines.push(line);
      line = word;
      used = columns;
    } else {
      used += columns + (line === "" ? 0 : 1);
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
};

/**
 * Breaks a text as `wrap` does, and between two characters where a word alone is wider than `room`.
 * Of the first line `taken` columns are used already.
 */
export const fill = (text: string, room: number, taken = 0): readonly string[] => {
  const lines: string[] = [];
  let used = taken;
  let line = "";
  for (const word of text.split(" ")) {
    const columns = width(word);
    const between = line === "" ? 0 : 1;
    if (used + between + columns <= room) {
      line += `${between === 0 ? "" : " "}${word}`;
      used += between + columns;
      continue;
    }
    if (line !== "" || taken > 0) lines.push(line);
    const rows = pieces(word, Math.max(1, room), Number.POSITIVE_INFINITY);
    lines.push(...rows.slice(0, -1));
    line = rows.at(-1)!;
    used = width(line);
  }
  return [...lines, line];
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are written with one
const colour = /(\u001b\[[\d;]*m)/;

/** A text with colours in rows that are filled to the last column; a colour goes on in the next row. */
export const fillColoured = (text: string, columns: number): readonly string[] => {
  const rows: string[] = [];
  let [row, used, active] = ["", 0, ""];
  for (const piece of text.replaceAll("\t", "    ").split(colour)) {
    if (colour.test(piece)) {
      active = /\[0?m$/.test(piece) ? "" : active + piece;
      row += piece;
      continue;
    }
    for (const { segment } of new Intl.Segmenter().segment(piece)) {
      const wide = width(segment);
      if (used + wide > columns && used > 0) {
        rows.push(active === "" ? row : `${row}\u001b[0m`);
        [row, used] = [active, 0];
      }
      row += segment;
      used += wide;
    }
  }
  return [...rows, row];
};

/** A sentence behind a mark, broken at blanks where it is wider than `room`; further lines begin below the sentence. */
export const marked = (
  mark: string,
  paint: (text: string) => string,
  text: string,
  room: number | null,
): string => {
  const before = width(mark) + 1;
  const lines = room === null ? [text] : wrap(text, Math.max(1, room - before));
  return lines.map((line, i) => `${i === 0 ? `${paint(mark)} ` : " ".repeat(before)}${line}\n`).join("");
};
