/** What operations come to, counted and in words. */
import type { Operation } from "./operation.ts";

/** How many operations there are of each kind. */
export type Tally = Readonly<Record<Operation["op"], number>>;

/** Counts operations by their kind. */
export const tally = (operations: readonly Pick<Operation, "op">[]): Tally => {
  const count = { create: 0, update: 0, delete: 0 };
  for (const { op } of operations) count[op]++;
  return count;
};

/** The sign in front of an operation, by its kind. */
export const signs = { create: "+", update: "~", delete: "-" } as const;

const kinds = ["create", "update", "delete"] as const;

/** As exact as a reader needs it: `2.1 ms`, `12 ms`, `1.2 s`. */
export const spanText = (milliseconds: number): string => {
  if (milliseconds >= 999.5) return `${(milliseconds / 1000).toFixed(1)} s`;
  // Nothing takes no time.
  const shown = Math.max(0.1, milliseconds);
  return `${shown < 9.95 ? shown.toFixed(1) : Math.round(shown)} ms`;
};

const plain = (text: string): string => text;

/** `1 operation`, `2 operations`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** The same of many: `10,000 elements`. */
export const grouped = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** What was done: `3 operations (+2 ~1) in 4.2 ms`. */
export const doneLine = (
  operations: readonly Pick<Operation, "op">[],
  milliseconds: number,
  paints: Readonly<Record<Operation["op"], (text: string) => string>> = {
    create: plain,
    update: plain,
    delete: plain,
  },
): string => {
  const count = tally(operations);
  const parts = kinds.filter((op) => count[op] > 0).map((op) => paints[op](`${signs[op]}${count[op]}`));
  const many = counted(operations.length, "operation");
  return `${many}${parts.length === 0 ? "" : ` (${parts.join(" ")})`} in ${spanText(milliseconds)}`;
};
