/** Which of several edits is best, and whether it is so good that nobody need be asked. */
import { costOf, type Judged } from "./judge.ts";

const sizeOf = ({ texts, proposal }: Judged): number =>
  texts.length + proposal.splices.reduce((sum, { start, end, text }) => sum + (end - start) + text.length, 0);

/** No collateral first; an equation stays an equation; the nearest place; the smallest edit. */
const compare = (a: Judged, b: Judged): number =>
  costOf(a) - costOf(b) ||
  Number(a.proposal.losesEquation) - Number(b.proposal.losesEquation) ||
  a.proposal.distance - b.proposal.distance ||
  sizeOf(a) - sizeOf(b);

/** The best first. */
export const ranked = (judged: readonly Judged[]): readonly Judged[] => [...judged].sort(compare);

/** Whether two are as good as each other but for their size: then which is meant must be said. */
const isEven = (a: Judged, b: Judged): boolean =>
  costOf(a) === costOf(b) &&
  a.proposal.losesEquation === b.proposal.losesEquation &&
  a.proposal.distance === b.proposal.distance;

/** Whether the first of ranked edits can be applied without being chosen. */
export const isClear = ([best, next]: readonly Judged[]): boolean =>
  best !== undefined &&
  costOf(best) === 0 &&
  !best.proposal.asks &&
  (next === undefined || !isEven(best, next));
