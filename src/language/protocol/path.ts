/** Dotted paths of names: `lib.Key`. */
import type { Site } from "../problem.ts";
import { poison, type Value } from "../value.ts";
import { didYouMean, type Report, type Scope } from "./scope.ts";

/**
 * The value at the end of a path through modules and records, and how many of the names
 * it took: fewer than all where it came to something without fields. Poison, reported,
 * where a name is unknown; `wanted` says what the first was looked up as.
 */
export const followPath = (
  names: readonly string[],
  wanted: string,
  site: Site,
  scope: Scope,
  report: Report,
  more: readonly string[] = [],
): { readonly value: Value; readonly used: number } => {
  let value = scope.lookup(names[0]!);
  if (value === undefined) {
    const hints = didYouMean(names[0]!, [...more, ...scope.names()]);
    report.add("unknown-name", `there is no ${wanted} \`${names[0]}\``, site, hints);
    return { value: poison, used: names.length };
  }
  let used = 1;
  while ((value._tag === "Module" || value._tag === "Record") && used < names.length) {
    const field: Value | undefined = value.fields.get(names[used]!);
    if (field === undefined) {
      const whole = names.slice(0, used).join(".");
      const hints = didYouMean(names[used]!, value.fields.keys());
      report.add("unknown-field", `\`${whole}\` has no \`${names[used]}\``, site, hints);
      return { value: poison, used: names.length };
    }
    value = field;
    used++;
  }
  if (value._tag === "Poison") report.poison();
  return { value, used };
};
