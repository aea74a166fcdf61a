/** `if`. */
import type { If } from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import { kidAt, siteAt } from "../site.ts";
import { poison } from "../value.ts";
import { checkNames } from "./lookup.ts";
import { type Ask, ask, type Machine, type Rule } from "./machine.ts";

/** One branch is evaluated; in the other only the names are looked up. */
export function* evaluateIf(node: If<Term>, { term, at, scope }: Ask, machine: Machine): Rule {
  const condition = yield ask(node.kids[0], at + 1, scope);
  const [yesAt, noAt] = [kidAt(term, at, 1), kidAt(term, at, 2)];
  if (condition._tag === "Bool") {
    const [taken, takenAt, left, leftAt] = condition.value
      ? [node.kids[1], yesAt, node.kids[2], noAt]
      : [node.kids[2], noAt, node.kids[1], yesAt];
    checkNames(left, leftAt, scope, machine);
    return yield ask(taken, takenAt, scope);
  }
  checkNames(node.kids[1], yesAt, scope, machine);
  checkNames(node.kids[2], noAt, scope, machine);
  if (condition._tag === "Poison") return poison;
  const message = `\`if\` takes true or false, not ${describe(condition)}`;
  return machine.report("type-mismatch", message, siteAt(scope.origin, at + 1));
}
