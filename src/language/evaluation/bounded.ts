/** Arithmetic and comparison that account for their work, and keep numbers within bounds. */
import { sameComposition } from "../composition/meaning.ts";
import { equal } from "../equality.ts";
import { digits } from "../number/rational.ts";
import { type Arithmetic, arithmetic, type Quantity, type Refusal } from "../quantity.ts";
import type { Value } from "../value.ts";
import type { Machine } from "./machine.ts";

/** Beyond a step: bringing a fraction of d digits to lowest terms takes d² time. */
const cost = (quantity: Quantity): number => {
  const count = digits(quantity);
  return count <= 16 ? 0 : Math.ceil((count * count) / 300);
};

/** `stopped`: a limit is met and reported; the result is poison. */
export const compute = (
  op: Arithmetic,
  a: Quantity,
  b: Quantity,
  machine: Machine,
): Quantity | Refusal | "too-long" | "stopped" => {
  const work = cost(a) + cost(b);
  if (work > 0 && !machine.charge(work)) return "stopped";
  const result = arithmetic(op, a, b);
  return typeof result !== "string" && digits(result) > machine.world.limits.digits ? "too-long" : result;
};

/** Whether two values mean the same; null where something in them failed, or a limit is met. */
export const equalWithin = (a: Value, b: Value, machine: Machine): boolean | null => {
  const verdict = equal(a, b, (parts) => machine.charge(parts), sameComposition);
  return typeof verdict === "string" ? null : verdict;
};
