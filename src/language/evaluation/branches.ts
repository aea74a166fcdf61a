/** `if`. */
import type { If } from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import { childAt, siteAt } from "../site.ts";
import { poison, type Value } from "../value.ts";
import { checkNames } from "./lookup.ts";
import { Ask, ask, isImmediate, type Machine, type Rule } from "./machine.ts";
import { reportMisfit } from "./misfit.ts";

/** One branch is evaluated; in the other only the names are looked up. */
export const evaluateIf = (node: If<Term>, asked: Ask, machine: Machine): Value | Rule => {
  if (!isImmediate(asked.term)) return branching(node, asked, machine);
  const { at, scope } = asked;
  const taken = takenBy(machine.immediate(node.children[0], at + 1, scope)!, node, asked, machine);
  return taken instanceof Ask ? machine.immediate(taken.term, taken.at, scope)! : taken;
};

function* branching(node: If<Term>, asked: Ask, machine: Machine): Rule {
  const condition = yield ask(node.children[0], asked.at + 1, asked.scope);
  const taken = takenBy(condition, node, asked, machine);
  return taken instanceof Ask ? yield taken : taken;
}

/** The branch that is evaluated; poison where there is none. */
const takenBy = (
  condition: Value,
  node: If<Term>,
  { term, at, scope }: Ask,
  machine: Machine,
): Ask | Value => {
  const [yesAt, noAt] = [childAt(term, at, 1), childAt(term, at, 2)];
  if (condition._tag === "Bool") {
    checkNames(node.children[condition.value ? 2 : 1], condition.value ? noAt : yesAt, scope, machine);
    return condition.value ? ask(node.children[1], yesAt, scope) : ask(node.children[2], noAt, scope);
  }
  checkNames(node.children[1], yesAt, scope, machine);
  checkNames(node.children[2], noAt, scope, machine);
  if (condition._tag === "Poison") return poison;
  const message = `\`if\` takes true or false, not ${describe(condition)}`;
  return reportMisfit(condition, message, siteAt(scope.origin, at + 1), machine);
};
