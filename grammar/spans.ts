/**
 * Places in the text: four numbers for each term, in pre-order. Short lists are plain
 * arrays: the buffers of typed arrays lie outside of the heap, and V8 collects all garbage
 * the sooner the more of them are made. Long ones are typed, which copies fast.
 */
export type Spans = readonly number[] | Int32Array;

export const longestPlain = 2048;

/** Copied for each short list: a copy has no room to spare, and no code depends on where V8 puts it. */
const zeros = new Array<number>(longestPlain).fill(0);

/** To be filled by the caller. */
export const newSpans = (length: number): number[] | Int32Array =>
  length <= longestPlain ? zeros.slice(0, length) : new Int32Array(length);

export const noSpans: Spans = [];

const longestShared = 256;
const SLOTS = 1 << 10;
/** What was read last, by the low bits of its hash. */
const recent = new Array<readonly number[]>(SLOTS).fill([]);

/**
 * A list of the first `length` of `numbers`. One for many: in a generated program most
 * declarations are laid out as some other is, and their places are a fifth of what is
 * kept of them.
 */
export const sharedSpans = (numbers: readonly number[], length: number): Spans => {
  if (length > longestShared) return numbers.slice(0, length);
  let hash = length;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ numbers[i]!, 0x01000193);
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const last = recent[slot]!;
  if (isBeginning(last, numbers, length)) return last;
  const made = numbers.slice(0, length);
  recent[slot] = made;
  return made;
};

const isBeginning = (list: readonly number[], numbers: readonly number[], length: number): boolean => {
  if (list.length !== length) return false;
  for (let i = 0; i < length; i++) if (list[i] !== numbers[i]) return false;
  return true;
};

/** Copies the numbers from `start` to `end` of one list into another, from `to` on. */
export const copySpans = (
  from: Spans,
  start: number,
  end: number,
  into: number[] | Int32Array,
  to: number,
): void => {
  if (from instanceof Int32Array && into instanceof Int32Array) into.set(from.subarray(start, end), to);
  else for (let i = start; i < end; i++) into[to + i - start] = from[i]!;
};
