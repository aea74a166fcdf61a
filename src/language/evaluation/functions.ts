/** Functions, calls, and local definitions. */

import {
  type Call as CallNode,
  type Let,
  nameOfArgument,
  placeOfValue,
  valueOfArgument,
} from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import type { Builtin, Given } from "../builtins/builtin.ts";
import { builtins } from "../builtins/builtins.ts";
import { isComposable } from "../composition/coerce.ts";
import { describe } from "../describe.ts";
import { childAt, focusAt, siteAt } from "../site.ts";
import { type Closure, type FnValue, poison, type Value } from "../value.ts";
import { type Argument, type Call, matchArguments, placeOf, shapeOf } from "./arguments.ts";
import { callComposition } from "./composing.ts";
import { knownCalls } from "./known-calls.ts";
import { capture } from "./lookup.ts";
import { type Ask, ask, isImmediate, isRule, type Machine, type Rule } from "./machine.ts";
import { reportMisfit } from "./misfit.ts";
import { checkArgumentName } from "./names.ts";
import { bind, closureScope, type Scope } from "./scope.ts";
import { valueKey } from "./value-key.ts";

/** The function that a `Fn` term, or a `Let` or `LetDecl` with parameters, means. */
export const makeFunction = (
  term: Term,
  at: number,
  name: string | null,
  scope: Scope,
  machine: Machine,
): FnValue => {
  const seen = new Map<string, number>();
  let place = at + 1;
  for (const child of term.node.children as readonly Term[]) {
    if (child.node._tag !== "Param") break;
    const first = seen.get(child.node.name);
    if (first === undefined) seen.set(child.node.name, place);
    else {
      const hints = [{ message: "it stands here already", site: focusAt(scope.origin, first) }];
      const message = `the parameter \`${child.node.name}\` stands twice`;
      machine.report("duplicate-name", message, focusAt(scope.origin, place), hints);
    }
    place += child.size;
  }
  return { _tag: "Fn", name, closure: capture(term, at, scope, machine) };
};

/** `let x = v in e`, `let f(a) = v in e` */
export function* evaluateLet(node: Let<Term>, { term, at, scope }: Ask, machine: Machine): Rule {
  const { length } = node.children;
  const valueAt = childAt(term, at, length - 2);
  const value = node.callable
    ? makeFunction(term, at, node.name, scope, machine)
    : yield ask(node.children[length - 2]!, valueAt, scope);
  return yield ask(
    node.children[length - 1]!,
    valueAt + node.children[length - 2]!.size,
    bind(scope, node.name, value),
  );
}

/** An argument as it is written, and where its value stands. */
const written = (term: Term, at: number): Omit<Argument, "value"> & { readonly term: Term } => {
  const { node } = term;
  return node._tag === "Arg"
    ? { name: node.name, nameAt: at, term: valueOfArgument(node), at: childAt(term, at, placeOfValue(node)) }
    : { name: null, nameAt: at, term, at };
};

const isImmediateArgument = (term: Term): boolean => {
  const { node } = term;
  return node._tag === "Arg" ? node.name !== null && isImmediate(node.children[0]) : isImmediate(term);
};

/** `f(x, k = y)`: all arguments are evaluated, in order, before the function is entered. */
export const evaluateCall = (node: CallNode<Term>, asked: Ask, machine: Machine): Value | Rule => {
  if (!node.children.every(isImmediateArgument)) return evaluateParts(node, asked, machine);
  const { at, scope } = asked;
  const callee = machine.immediate(node.children[0], at + 1, scope)!;
  const given: Argument[] = new Array(node.children.length - 1);
  let place = at + 1 + node.children[0].size;
  for (let i = 0; i < given.length; i++) {
    const argument = node.children[i + 1]!;
    const parts = written(argument, place);
    given[i] = { ...parts, value: machine.immediate(parts.term, parts.at, scope)! };
    place += argument.size;
  }
  return call(callee, { given, origin: scope.origin, at }, machine);
};

function* evaluateParts(node: CallNode<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const calleeTerm = node.children[0];
  const callee = machine.immediate(calleeTerm, at + 1, scope) ?? (yield ask(calleeTerm, at + 1, scope));
  const given: Argument[] = [];
  let isNamed = true;
  let place = at + 1 + calleeTerm.size;
  for (let i = 1; i < node.children.length; i++) {
    const argument = node.children[i]!;
    const parts = written(argument, place);
    const computed = argument.node._tag === "Arg" ? nameOfArgument(argument.node) : null;
    let { name } = parts;
    if (computed !== null) {
      const text = machine.immediate(computed, place + 1, scope) ?? (yield ask(computed, place + 1, scope));
      name = checkArgumentName(text, siteAt(scope.origin, place + 1), machine);
      isNamed &&= name !== null;
    }
    const { term, at: termAt } = parts;
    const value = machine.immediate(term, termAt, scope) ?? (yield ask(term, termAt, scope));
    given.push({ ...parts, name, value });
    place += argument.size;
  }
  if (!isNamed) return poison;
  return yield calling(callee, { given, origin: scope.origin, at }, machine);
}

const call = (callee: Value, called: Call, machine: Machine): Value | Rule => {
  switch (callee._tag) {
    case "Fn":
      return apply(callee, called, machine);
    case "Builtin":
      return applyBuiltin(callee.name, called, machine);
    case "Automaton":
    case "Composition":
    case "List":
    case "Poison":
      if (isComposable(callee)) return callComposition(callee, called, machine);
      return callee._tag === "Poison" ? poison : notCallable(callee, called, machine);
    case "Quantity":
    case "String":
    case "Secret":
    case "Bool":
    case "Record":
    case "Protocol":
    case "Type":
    case "Module":
    case "Self":
    case "Host":
      return notCallable(callee, called, machine);
  }
};

const notCallable = (callee: Value, called: Call, machine: Machine): Value =>
  reportMisfit(callee, `${describe(callee)} cannot be called`, placeOf(called), machine);

function* calling(callee: Value, called: Call, machine: Machine): Rule {
  const made = call(callee, called, machine);
  return isRule(made) ? yield made : made;
}

/** A call that is known comes to what it came to before, at once. */
const apply = (callee: FnValue, called: Call, machine: Machine): Value | Rule => {
  const { closure } = callee;
  const { parameters } = shapeOf(closure.term);
  const slots = matchArguments(callee.name ?? "fn", parameters, called, machine);
  if (slots === null || !machine.charge(1)) return poison;
  const known = machine.callsFromChunk ? knownCalls(closure) : null;
  if (known !== null && !slots.includes(undefined)) {
    const before = known.find(keyOf(slots as readonly Argument[]), machine.world);
    if (before !== undefined) return machine.charge(before.steps) ? before.value : poison;
  }
  return applying(closure, slots, known, called, machine);
};

const keyOf = (slots: readonly Argument[]): string => {
  let key = "";
  for (const { value } of slots) key += `${valueKey(value)},`;
  return key;
};

function* applying(
  closure: Closure,
  slots: readonly (Argument | undefined)[],
  known: ReturnType<typeof knownCalls> | null,
  called: Call,
  machine: Machine,
): Rule {
  const { parameters, body, offset } = shapeOf(closure.term);
  if (!machine.enter(called)) return poison;
  let scope = closureScope(closure);
  let key = "";
  for (let i = 0; i < parameters.length; i++) {
    const { name, fallback } = parameters[i]!;
    // A default may read the parameters before it.
    const value = slots[i]?.value ?? (yield ask(fallback!.term, closure.site.at + fallback!.offset, scope));
    scope = bind(scope, name, value);
    if (known !== null) key += `${valueKey(value)},`;
  }
  const bodyAt = closure.site.at + offset;
  const before = known?.find(key, machine.world);
  const account = known !== null && before === undefined ? machine.account() : null;
  const value = before?.value ?? machine.immediate(body, bodyAt, scope) ?? (yield ask(body, bodyAt, scope));
  machine.leave();
  if (before !== undefined) machine.charge(before.steps);
  const spent = account?.() ?? null;
  if (spent !== null) known!.note(key, { value, ...spent });
  return value;
}

const isLiteral = (term: Term | null): boolean =>
  term?.node._tag === "Str" && term.node.children.length === 0;

const isUsable = (value: Value, { composes }: Builtin): boolean =>
  value._tag !== "Poison" || (composes === true && value.partial !== undefined);

function* applyBuiltin(name: string, called: Call, machine: Machine): Rule {
  const builtin = builtins.get(name)!;
  const parameters = builtin.parameters.map((parameter) => ({ name: parameter, fallback: null }));
  const slots = matchArguments(name, parameters, called, machine, builtin.variadic === true);
  if (slots === null || slots.some((argument) => !isUsable(argument!.value, builtin))) return poison;
  const args = slots.map(
    (argument): Given => ({
      value: argument!.value,
      site: () => siteAt(called.origin, argument!.at),
      literal: isLiteral(argument!.term),
    }),
  );
  const result = builtin.run(args, {
    machine,
    name,
    site: () => placeOf(called),
    call: (callee, values) =>
      calling(
        callee,
        {
          ...called,
          given: values.map((value) => ({ name: null, nameAt: called.at, value, term: null, at: called.at })),
        },
        machine,
      ),
  });
  return "_tag" in result ? result : yield result;
}
