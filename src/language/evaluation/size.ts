/** Sizes in clauses: whole bytes, of which there must be some. */
import { sizeText } from "../../core/limits.ts";
import { toDouble } from "../number/rational.ts";
import type { Value } from "../value.ts";
import { type Check, refuse } from "./checks.ts";

const sizeLetters: ReadonlyMap<string, string> = new Map([
  ["k", "KiB"],
  ["m", "MiB"],
  ["g", "GiB"],
]);

/** How a size is written, for one that is a bare number, minutes, or a text as other tools take it. */
export const sizeHint = (value: Value): string | undefined => {
  if (value._tag === "Quantity") {
    if (value.quantity.dimension === "plain") return "a size has a unit: `64MiB`";
    return value.quantity.dimension === "duration"
      ? "`m` and `s` measure time; a size is written `64MiB`"
      : undefined;
  }
  if (value._tag !== "String") return undefined;
  const [, digits, letter] = /^(\d+) ?([kmg])(?:i?b)?$/i.exec(value.text) ?? [];
  if (digits === undefined) return undefined;
  return `write \`${digits}${sizeLetters.get(letter!.toLowerCase())}\`, without quotes`;
};

/** `clause`: `state`. `least`: with fewer bytes it is of no use. */
export const checkSize =
  (clause: string, least: number): Check<number> =>
  (value, site, machine) => {
    if (value._tag === "Quantity" && value.quantity.dimension === "size") {
      const bytes = toDouble(value.quantity);
      const isWhole = value.quantity.denominator === 1;
      if (isWhole && bytes >= least && bytes <= Number.MAX_SAFE_INTEGER) return bytes;
    }
    const wanted = `the \`size\` of \`${clause}\` is one of whole bytes, at least \`${sizeText(least)}\``;
    return refuse(wanted, value, site, machine, sizeHint(value));
  };
