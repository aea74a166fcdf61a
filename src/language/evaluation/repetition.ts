/** What stands once for each element of a list: `clause for x in xs if c …`. */
import type { Term } from "../../core/term.ts";
import { elements } from "../rope.ts";
import { decided, sourceList } from "./comprehensions.ts";
import type { ClauseContext, Doing } from "./draft.ts";
import { checkNames } from "./lookup.ts";
import { ask } from "./machine.ts";
import { bind, type Scope } from "./scope.ts";

/** Does it for each element, among its names. False where a list or a condition cannot be told, which then is reported. */
export function* forEachElement(context: ClauseContext, body: (scope: Scope) => Doing<void>): Doing<boolean> {
  const { term, at, scope, machine } = context;
  checkNames(term, at, scope, machine);
  return yield* iterate(context, { index: 1, at: at + 1 + childrenOf(term)[0]!.size }, scope, body);
}

const childrenOf = ({ node }: Term): readonly Term[] => node.children as readonly Term[];

/** The loops and conditions from one on. */
function* iterate(
  context: ClauseContext,
  { index, at }: { readonly index: number; readonly at: number },
  scope: Scope,
  body: (scope: Scope) => Doing<void>,
): Doing<boolean> {
  const { machine } = context;
  const qualifier = childrenOf(context.term)[index];
  if (qualifier === undefined) {
    if (machine.charge(1)) yield* body(scope);
    return true;
  }
  const rest = { index: index + 1, at: at + qualifier.size };
  const asked = ask(childrenOf(qualifier)[0]!, at + 1, scope);
  const value = yield asked;
  if (qualifier.node._tag !== "For") {
    const condition = decided(value, asked, machine);
    if (condition._tag !== "Bool") return false;
    return condition.value ? yield* iterate(context, rest, scope, body) : true;
  }
  const source = sourceList(value, asked, machine);
  if (source === null) return false;
  for (const element of elements(source))
    if (!(yield* iterate(context, rest, bind(scope, qualifier.node.name, element), body))) return false;
  return true;
}
