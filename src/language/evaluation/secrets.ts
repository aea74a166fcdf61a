/** The clause `secret`. */
import type { Secret } from "../../core/syntax/clauses.ts";
import type { Term } from "../../core/term.ts";
import { focusAt, siteAt } from "../site.ts";
import type { SecretText } from "../value.ts";
import { type Check, refuse } from "./checks.ts";
import type { ClauseContext, Doing, Draft } from "./draft.ts";
import { ask } from "./machine.ts";

const checkContent: Check<string | SecretText> = (value, site, machine) => {
  if (value._tag === "Secret") return value.pieces;
  if (value._tag === "String") return value.text;
  return refuse("`secret` takes a secret, or a string", value, site, machine);
};

/** `secret NAME = e`; the second of one name is reported and left out. */
export function* readSecret(
  { name, children }: Secret<Term>,
  context: ClauseContext,
  draft: Draft,
): Doing<void> {
  const { at, scope, machine } = context;
  const site = focusAt(scope.origin, at);
  const content = checkContent(yield ask(children[0], at + 1, scope), siteAt(scope.origin, at + 1), machine);
  const first = draft.secrets.find((one) => one.name === name);
  if (first !== undefined)
    machine.report("duplicate-name", `this automaton has the secret \`${name}\` twice`, site, [
      { message: "the first one is here", site: first.site },
    ]);
  else if (content !== null) draft.secrets.push({ name, content, site });
}
