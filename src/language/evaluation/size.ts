/** Sizes in clauses: whole bytes, of which there must be some. */
import { sizeText } from "../../core/limits.ts";
import { toDouble } from "../number/rational.ts";
import { type Check, refuse } from "./checks.ts";

/** `clause`: `state`. `least`: with fewer bytes it is of no use. */
export const checkSize =
  (clause: string, least: number): Check<number> =>
  (value, site, machine) => {
    if (value._tag === "Quantity" && value.quantity.dimension === "size") {
      const bytes = toDouble(value.quantity);
      const isWhole = value.quantity.denominator === 1;
      if (isWhole && bytes >= least && bytes <= Number.MAX_SAFE_INTEGER) return bytes;
    }
    const isBare = value._tag === "Quantity" && value.quantity.dimension === "plain";
    const hint = isBare ? "a size has a unit: `64MiB`" : undefined;
    const wanted = `the \`size\` of \`${clause}\` is one of whole bytes, at least \`${sizeText(least)}\``;
    return refuse(wanted, value, site, machine, hint);
  };
