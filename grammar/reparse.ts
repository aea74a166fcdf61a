/**
 * What is read again of a text when it is edited: from before the edit on, until the text
 * goes on as it was; of an edit within a long list, a few of its elements.
 */
import { countLineEnds } from "../src/core/lines.ts";
import { type Declaration, declare } from "./declaration.ts";
import { type Edit, follow, moved } from "./difference.ts";
import type { Document } from "./document.ts";
import { editElements } from "./elements.ts";
import { type Piece, pieces } from "./pieces.ts";
import type { Text } from "./text.ts";

/** Declarations in place of others. */
export interface Reparse {
  /** Index of the first declaration removed, and of the first inserted. */
  readonly at: number;
  readonly removed: readonly Declaration[];
  readonly inserted: readonly Declaration[];
}

/** Declarations that are read behind an edit before more of the text is looked at. */
const ahead = 4;

/** `text`: the whole after the edit. */
export const reparse = (old: Document, text: Text, edit: Edit): Reparse => {
  const within = inElements(old, text, edit);
  if (within !== null) return within;
  const from = restart(old, edit.start);
  const last = old.declarations.search((extent) => extent.length > edit.oldEnd);
  for (let window = ahead; ; window *= 4) {
    const found = read(old, text, edit, from, last + window);
    if (found !== null) return found;
  }
};

/**
 * Where reading must begin again after an edit at `start`: before the declaration that
 * it is in, or that an open one before it may grow into, since where one ends depends on
 * the first words of the next.
 */
const restart = (old: Document, start: number): number => {
  const { declarations } = old;
  const open = declarations.search((extent) => extent.open > 0);
  const at = declarations.search((extent) => extent.length > start);
  let from = Math.max(0, Math.min(at, open, declarations.length - 1) - 1);
  while (isSoft(old, from - 1)) from--;
  return from;
};

/**
 * Reads the text again from the declaration `from` on, until it goes on as it was. Looks
 * no further than to the end of the old declaration `upTo`; null if that is not enough.
 */
const read = (old: Document, text: Text, edit: Edit, from: number, upTo: number): Reparse | null => {
  const { declarations } = old;
  const shift = edit.newEnd - edit.oldEnd;
  const isAll = upTo >= declarations.length - 1;
  const end = isAll ? text.length : old.offsetOf(upTo + 1) + shift;
  let offset = old.offsetOf(from);
  // What is wrong is explained by what stands before it in its line.
  const base = old.lineStart(offset);
  const window = text.slice(base, end);
  const fresh: Declaration[] = [];
  // The old declaration that begins at, or is the first to begin behind, where we read.
  let to = from;
  for (const piece of pieces(window, offset - base)) {
    const start = base + piece.start;
    const was = start - shift;
    for (let next = declarations.get(to); next !== undefined && offset < was; next = declarations.get(to)) {
      offset += next.length;
      to++;
    }
    const coincides = offset === was && to < declarations.length && start >= edit.newEnd;
    if (piece.hard && coincides && offset >= edit.oldEnd && !isSoft(old, to - 1)) {
      return replaced(old, from, to, fresh, edit);
    }
    // Whether it goes on behind what is seen, or what it leaves open is closed there, is not known.
    if (!isAll && (piece.open || base + piece.end === end)) return null;
    const same = unchanged(old, from, fresh, piece, edit.start - base);
    fresh.push(
      same !== null && !same.open && !piece.open ? same : anew(declare(window, piece, old.terms), same),
    );
  }
  return replaced(old, from, declarations.length, fresh, edit);
};

/** The old declaration for a piece before `changed`, if all before it were old ones too. */
const unchanged = (
  old: Document,
  from: number,
  fresh: readonly Declaration[],
  piece: Piece,
  changed: number,
): Declaration | null => {
  if (piece.end > changed) return null;
  const index = from + fresh.length;
  if (fresh.length > 0 && fresh[fresh.length - 1] !== old.declarations.get(index - 1)) return null;
  const same = old.declarations.get(index);
  return same !== undefined && same.length === piece.end - piece.start && same.soft === piece.soft
    ? same
    : null;
};

/** What is wrong with a declaration that leaves something open is told by what stands behind it, too. */
const anew = (made: Declaration, before: Declaration | null): Declaration =>
  before !== null &&
  before.open === made.open &&
  JSON.stringify(before.errors) === JSON.stringify(made.errors)
    ? before
    : made;

const isSoft = ({ declarations }: Document, index: number): boolean => declarations.get(index)?.soft === true;

/** The fresh declarations in place of the old ones from `from` to `to`, but for those that are the same. */
const replaced = (
  old: Document,
  from: number,
  to: number,
  fresh: readonly Declaration[],
  edit: Edit,
): Reparse => {
  const removed: Declaration[] = [];
  for (let i = from; i < to; i++) removed.push(old.declarations.get(i)!);
  let front = 0;
  while (front < removed.length && removed[front] === fresh[front]) front++;
  const at = from + front;
  const gone = removed.slice(front);
  const inserted = fresh.slice(front);
  if (gone.length === 1 && inserted.length === 1)
    remember(gone[0]!, inserted[0]!, moved(edit, -old.offsetOf(at)));
  return { at, removed: gone, inserted };
};

/** A declaration that parsed, and what was changed of its text since. */
interface Good {
  readonly good: Declaration | null;
  readonly since: Edit | null;
}

const nothing: Good = { good: null, since: null };

/** What those that do not parse were, as long as they were: mostly they are mended where they were broken. */
const broken = new WeakMap<Declaration, Good>();
/** Smaller declarations are soon read again. */
const worthwhile = 200;

const lastGood = (declaration: Declaration): Good =>
  declaration.term === null ? (broken.get(declaration) ?? nothing) : { good: declaration, since: null };

const remember = (before: Declaration, after: Declaration, edit: Edit): void => {
  if (after.term !== null || after.key !== before.key) return;
  const { good, since } = lastGood(before);
  const isWithin = edit.start >= 0 && edit.oldEnd <= before.length;
  const isAlone = after.length - before.length === edit.newEnd - edit.oldEnd;
  if (good === null || good.term!.size < worthwhile || !isWithin || !isAlone) return;
  broken.set(after, { good, since: since === null ? edit : follow(since, edit) });
};

/** The edit as one of a few elements of a long list; null where it is more, or may be. */
/** Lines that end between two offsets, or do so or not by what stands there: with the unit before, and seeing that behind. */
const linesAround = (text: Pick<Text, "slice">, start: number, end: number): number => {
  const from = Math.max(0, start - 1);
  return countLineEnds(text.slice(from, end + 1), 0, end - from);
};

const inElements = (old: Document, text: Text, edit: Edit): Reparse | null => {
  const { declarations } = old;
  const at = old.declarationAt(edit.start);
  const whole = declarations.get(at);
  if (whole === undefined || isSoft(old, at - 1)) return null;
  if (declarations.search((extent) => extent.open > 0) < declarations.length) return null;
  const base = old.offsetOf(at);
  const own = moved(edit, -base);
  if (own.start < 0 || own.oldEnd > whole.length || whole.soft) return null;
  const { good, since } = lastGood(whole);
  if (good === null) return null;
  const lines = linesAround(text, edit.start, edit.newEnd) - linesAround(old, edit.start, edit.oldEnd);
  const slice = (start: number, end: number): string => text.slice(base + start, base + end);
  const edited = since === null ? own : follow(since, own);
  const made = editElements(good, edited, slice, whole.newlines + lines, old.terms);
  return made === null ? null : { at, removed: [whole], inserted: [made] };
};
