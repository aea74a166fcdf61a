/** Arithmetic and comparison that account for their work, and keep numbers within bounds. */
import { sameComposition } from "../composition/meaning.ts";
import { describe } from "../describe.ts";
import { equal } from "../equality.ts";
import { digits, same } from "../number/rational.ts";
import type { Site } from "../problem.ts";
import { type Arithmetic, arithmetic, type Quantity, type Refusal } from "../quantity.ts";
import type { Value } from "../value.ts";
import type { Machine } from "./machine.ts";
import { reportMisfit } from "./misfit.ts";

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

/** Of numbers, strings and truth values: whether they are the same. Null of all others. */
const samePlain = (a: Value, b: Value): boolean | null => {
  if (a._tag === "Quantity" && b._tag === "Quantity")
    return a.quantity.dimension === b.quantity.dimension && same(a.quantity, b.quantity);
  if (a._tag === "String" && b._tag === "String") return a.text === b.text;
  return a._tag === "Bool" && b._tag === "Bool" ? a.value === b.value : null;
};

/** Whether two values mean the same; null where something in them failed, or a limit is met. A secret at `site` is reported. */
export const equalWithin = (a: Value, b: Value, machine: Machine, site: () => Site): boolean | null => {
  const secret = [a, b].find(({ _tag }) => _tag === "Secret");
  if (secret !== undefined) {
    reportMisfit(
      secret,
      `a secret is compared with nothing, and this is ${describe(secret)}`,
      site(),
      machine,
    );
    return null;
  }
  const plain = samePlain(a, b);
  if (plain !== null) return machine.charge(1) ? plain : null;
  const verdict = equal(a, b, (parts) => machine.charge(parts), sameComposition);
  return typeof verdict === "string" ? null : verdict;
};
