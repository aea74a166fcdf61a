/** Functions, calls, and local definitions. */
import type { Call as CallNode, Let } from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import type { Given } from "../builtins/builtin.ts";
import { builtins } from "../builtins/builtins.ts";
import { describe } from "../describe.ts";
import { focusAt, kidAt, siteAt } from "../site.ts";
import { type FnValue, poison, type Value } from "../value.ts";
import { type Argument, type Call, matchArguments, placeOf, shapeOf } from "./arguments.ts";
import { callComposition } from "./composing.ts";
import { capture } from "./lookup.ts";
import { type Ask, ask, isImmediate, isRule, type Machine, type Rule } from "./machine.ts";
import { bind, closureScope, type Scope } from "./scope.ts";

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
  for (const kid of term.node.kids as readonly Term[]) {
    if (kid.node._tag !== "Param") break;
    const first = seen.get(kid.node.name);
    if (first === undefined) seen.set(kid.node.name, place);
    else {
      const hints = [{ message: "it stands here already", site: focusAt(scope.origin, first) }];
      const message = `the parameter \`${kid.node.name}\` stands twice`;
      machine.report("duplicate-name", message, focusAt(scope.origin, place), hints);
    }
    place += kid.size;
  }
  return { _tag: "Fn", name, closure: capture(term, at, scope, machine) };
};

/** `let x = v in e`, `let f(a) = v in e` */
export function* evaluateLet(node: Let<Term>, { term, at, scope }: Ask, machine: Machine): Rule {
  const { length } = node.kids;
  const valueAt = kidAt(term, at, length - 2);
  const value = node.callable
    ? makeFunction(term, at, node.name, scope, machine)
    : yield ask(node.kids[length - 2]!, valueAt, scope);
  return yield ask(
    node.kids[length - 1]!,
    valueAt + node.kids[length - 2]!.size,
    bind(scope, node.name, value),
  );
}

/** An argument as it is written, and where its value stands. */
const written = (term: Term, at: number): Omit<Argument, "value"> & { readonly term: Term } => {
  const { node } = term;
  return node._tag === "Arg" ? { name: node.name, term: node.kids[0], at: at + 1 } : { name: null, term, at };
};

const isImmediateArgument = (term: Term): boolean =>
  isImmediate(term.node._tag === "Arg" ? term.node.kids[0] : term);

/** `f(x, k = y)`: all arguments are evaluated, in order, before the function is entered. */
export const evaluateCall = (node: CallNode<Term>, asked: Ask, machine: Machine): Value | Rule => {
  if (!node.kids.every(isImmediateArgument)) return evaluateParts(node, asked, machine);
  const { at, scope } = asked;
  const callee = machine.immediate(node.kids[0], at + 1, scope)!;
  const given: Argument[] = new Array(node.kids.length - 1);
  let place = at + 1 + node.kids[0].size;
  for (let i = 0; i < given.length; i++) {
    const argument = node.kids[i + 1]!;
    const { name, term, at: termAt } = written(argument, place);
    given[i] = { name, value: machine.immediate(term, termAt, scope)!, term, at: termAt };
    place += argument.size;
  }
  return call(callee, { given, origin: scope.origin, at }, machine);
};

function* evaluateParts(node: CallNode<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const calleeTerm = node.kids[0];
  const callee = machine.immediate(calleeTerm, at + 1, scope) ?? (yield ask(calleeTerm, at + 1, scope));
  const given: Argument[] = [];
  let place = at + 1 + calleeTerm.size;
  for (let i = 1; i < node.kids.length; i++) {
    const argument = node.kids[i]!;
    const { name, term, at: termAt } = written(argument, place);
    const value = machine.immediate(term, termAt, scope) ?? (yield ask(term, termAt, scope));
    given.push({ name, value, term, at: termAt });
    place += argument.size;
  }
  return yield calling(callee, { given, origin: scope.origin, at }, machine);
}

const call = (callee: Value, called: Call, machine: Machine): Value | Rule => {
  switch (callee._tag) {
    case "Poison":
      return poison;
    case "Fn":
      return apply(callee, called, machine);
    case "Builtin":
      return applyBuiltin(callee.name, called, machine);
    case "Automaton":
    case "Composition":
      return callComposition(callee, called, machine);
    case "Quantity":
    case "String":
    case "Bool":
    case "List":
    case "Record":
    case "Protocol":
    case "Type":
    case "Module":
    case "Self":
    case "Host":
      return machine.report("type-mismatch", `${describe(callee)} cannot be called`, placeOf(called));
  }
};

function* calling(callee: Value, called: Call, machine: Machine): Rule {
  const made = call(callee, called, machine);
  return isRule(made) ? yield made : made;
}

function* apply(callee: FnValue, called: Call, machine: Machine): Rule {
  const { closure } = callee;
  const { parameters, body, offset } = shapeOf(closure.term);
  const slots = matchArguments(callee.name ?? "fn", parameters, called, machine);
  if (slots === null || !machine.charge(1) || !machine.enter(called)) return poison;
  let scope = closureScope(closure);
  for (let i = 0; i < parameters.length; i++) {
    const { name, fallback } = parameters[i]!;
    // A default may read the parameters before it.
    const value = slots[i]?.value ?? (yield ask(fallback!.term, closure.site.at + fallback!.offset, scope));
    scope = bind(scope, name, value);
  }
  const bodyAt = closure.site.at + offset;
  const value = machine.immediate(body, bodyAt, scope) ?? (yield ask(body, bodyAt, scope));
  machine.leave();
  return value;
}

const isLiteral = (term: Term | null): boolean => term?.node._tag === "Str" && term.node.kids.length === 0;

function* applyBuiltin(name: string, called: Call, machine: Machine): Rule {
  const builtin = builtins.get(name)!;
  const parameters = builtin.parameters.map((parameter) => ({ name: parameter, fallback: null }));
  const slots = matchArguments(name, parameters, called, machine, builtin.variadic === true);
  if (slots === null || slots.some((argument) => argument?.value._tag === "Poison")) return poison;
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
        { ...called, given: values.map((value) => ({ name: null, value, term: null, at: called.at })) },
        machine,
      ),
  });
  return "_tag" in result ? result : yield result;
}
