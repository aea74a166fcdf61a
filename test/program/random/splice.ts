/** From one text to another by one range, as an editor tells it. */
import type { Position, Range } from "../../../src/core/diagnostic.ts";
import { countLineEnds, lineStart } from "../../../src/core/lines.ts";
import type { Random } from "../../random.ts";

/** Lines end as they do for editors: at a lone carriage return, too. */
const positionAt = (text: string, offset: number): Position => ({
  line: countLineEnds(text, 0, offset) + 1,
  column: offset - lineStart(text, offset) + 1,
});

/** A range of `before`, wider than it must be, and what stands there in `after`. */
export const editBetween = (
  before: string,
  after: string,
  random: Random,
): { readonly range: Range; readonly text: string } => {
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && before[start] === after[start]) start++;
  let kept = 0;
  while (kept < least - start && before[before.length - 1 - kept] === after[after.length - 1 - kept]) kept++;
  start -= random.below(Math.min(start, 40) + 1);
  kept -= random.below(Math.min(kept, 40) + 1);
  const range = { start: positionAt(before, start), end: positionAt(before, before.length - kept) };
  return { range, text: after.slice(start, after.length - kept) };
};
