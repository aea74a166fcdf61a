/**
 * Places in the text: four numbers for each term, in pre-order. Short lists are plain
 * arrays: the buffers of typed arrays lie outside of the heap, and V8 collects all garbage
 * the sooner the more of them are made. Long ones are typed, which copies fast.
 */
export type Spans = readonly number[] | Int32Array;

const longestPlain = 2048;

/** Copied for each short list: a copy has no room to spare, and no code depends on where V8 puts it. */
const zeros = new Array<number>(longestPlain).fill(0);

/** To be filled by who asks for it. */
export const newSpans = (length: number): number[] | Int32Array =>
  length <= longestPlain ? zeros.slice(0, length) : new Int32Array(length);

export const noSpans: Spans = [];

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
