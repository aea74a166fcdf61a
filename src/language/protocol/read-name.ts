/** What a name or a value means where a session stands. */

import { describe } from "../describe.ts";
import type { Site } from "../problem.ts";
import { misfitCode, misfitHints } from "../secret.ts";
import type { Value } from "../value.ts";
import { followPath, type Wanted } from "./path.ts";
import type { Instruction, Plan } from "./plan.ts";
import type { Around, Binder, Recursion } from "./recursion.ts";
import { didYouMean, type Report, type Scope } from "./scope.ts";

/** A reading under way. */
export interface Reading {
  readonly plan: Plan;
  readonly scope: Scope;
  readonly report: Report;
  readonly recursion: Recursion;
}

/** Stands for what failed. */
const nothing: Instruction = { _tag: "End" };

/** A finished protocol in the midst of another; anything else is reported. */
export const readValue = (
  value: Value,
  name: string | null,
  site: Site,
  { plan, report }: Reading,
): Instruction => {
  if (value._tag === "Protocol") return { _tag: "Jump", to: plan.embed(value.session) };
  if (value._tag === "Poison") report.poison();
  else {
    const what = name === null ? `this is ${describe(value)}` : `\`${name}\` is ${describe(value)}`;
    const hints = value._tag === "Type" ? [{ message: "a payload is sent or received: `!T` or `?T`" }] : [];
    report.add(
      misfitCode(value),
      `a protocol is expected here, but ${what}`,
      site,
      misfitHints(value, hints),
    );
  }
  return nothing;
};

/** A recursion variable, or else a protocol's name. `behind`: what stands in the same place before it. */
export const readName = (
  name: string,
  site: Site,
  around: Around,
  reading: Reading,
  behind = "",
): Instruction => {
  const { scope, report, recursion } = reading;
  const binder = recursion.get(name);
  if (binder !== undefined) return readVariable(name, binder, site, around, report);
  const value = scope.lookup(name);
  if (value !== undefined) return readValue(value, name, site, reading);
  const near = didYouMean(name, [recursion.names(), ...scope.names()], (one) => `${behind}${one}`);
  // Within a session a name in lower case reads as a variable, by the custom of the language.
  if (around.inner && /^[a-z_]/.test(name)) {
    const hints = near.length > 0 ? near : [{ message: `bind it: \`mu ${name}. …\`` }];
    report.add("invalid-protocol", `no \`mu\` binds \`${name}\`, and no protocol has this name`, site, hints);
  } else report.add("unknown-name", `there is no protocol \`${name}\``, site, near);
  return nothing;
};

const readVariable = (
  name: string,
  binder: Binder,
  site: Site,
  around: Around,
  report: Report,
): Instruction => {
  const bound = { message: `\`${name}\` is bound here`, site: { ...binder.site, focus: true as const } };
  if (binder.depth < around.barred) {
    const message = `the recursion variable \`${name}\` stands left of \`;\`, so what follows would be said ever more often`;
    const hint = { message: `close the recursion before it: \`(mu ${name}. …) ; …\`` };
    report.add("invalid-protocol", message, site, [hint, bound]);
  } else if (binder.depth >= around.guarded) {
    const message = `\`${name}\` stands for itself: nothing is sent, received or chosen before it comes round again`;
    report.add("invalid-protocol", message, site, [bound]);
  }
  return { _tag: "Jump", to: binder.instruction };
};

const protocol: Wanted = { kind: "protocol", always: [] };

/** `lib.P`, from the name at an index of a path on. */
export const readNames = (
  names: readonly string[],
  from: number,
  site: Site,
  reading: Reading,
): Instruction => {
  const { scope, report } = reading;
  const { value, past } = followPath(names, from, protocol, site, scope, report);
  if (past < names.length && value._tag !== "Poison") {
    const whole = names.slice(from, past).join(".");
    report.add("unknown-field", `\`${whole}\` has no \`${names[past]}\``, site);
    return nothing;
  }
  return readValue(value, names.slice(from).join("."), site, reading);
};
