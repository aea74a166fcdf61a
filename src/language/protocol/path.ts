/** Dotted paths of names: `lib.Key`. */
import { type Candidates, candidatesIn } from "../../core/nearest.ts";
import type { Site } from "../problem.ts";
import { poison, type Value } from "../value.ts";
import { didYouMean, type Report, type Scope } from "./scope.ts";

/** What is looked up by a path: its kind in words, and names of that kind that are always there. */
export interface Wanted {
  readonly kind: string;
  readonly always: Iterable<string>;
}

/**
 * The value at the end of a path through modules and records that begins at the name
 * `from`, and the index of the first name that it did not take: there it came to
 * something without fields. Poison, reported, where a name is unknown.
 */
export const followPath = (
  names: readonly string[],
  from: number,
  wanted: Wanted,
  site: Site,
  scope: Scope,
  report: Report,
): { readonly value: Value; readonly past: number } => {
  const meantAt = (index: number, candidates: readonly Candidates[]) =>
    didYouMean(names[index]!, candidates, (near) => names.with(index, near).join("."));
  let value = scope.lookup(names[from]!);
  if (value === undefined) {
    const hints = meantAt(from, [wanted.always, ...scope.names()]);
    report.add("unknown-name", `there is no ${wanted.kind} \`${names[from]}\``, site, hints);
    return { value: poison, past: names.length };
  }
  let past = from + 1;
  while ((value._tag === "Module" || value._tag === "Record") && past < names.length) {
    const field: Value | undefined = value.fields.get(names[past]!);
    if (field === undefined) {
      const whole = names.slice(from, past).join(".");
      const hints = meantAt(past, [candidatesIn(value.fields)]);
      report.add("unknown-field", `\`${whole}\` has no \`${names[past]}\``, site, hints);
      return { value: poison, past: names.length };
    }
    value = field;
    past++;
  }
  if (value._tag === "Poison") report.poison();
  return { value, past };
};
