/** Functions, calls, and local definitions. */
import type { Call, Let } from "../../core/syntax.ts";
import type { Term } from "../../core/term.ts";
import type { Builtin, Context, Given } from "../builtins/builtin.ts";
import { builtins } from "../builtins/builtins.ts";
import { describe } from "../describe.ts";
import type { Site } from "../problem.ts";
import { signature } from "../show.ts";
import { focusAt, kidAt, type Origin, siteAt } from "../site.ts";
import { type FnValue, poison, type Value } from "../value.ts";
import { callComposition } from "./composing.ts";
import { capture, meant } from "./lookup.ts";
import { type Ask, ask, type Machine, type Rule } from "./machine.ts";
import { bind, closureScope, type Scope } from "./scope.ts";

interface Parameter {
  readonly name: string;
  readonly fallback: { readonly term: Term; readonly offset: number } | null;
}

/** The parameters of a `Fn`, `Let` or `LetDecl`, and what follows them. */
interface Shape {
  readonly parameters: readonly Parameter[];
  readonly body: Term;
  /** The body's position, from that of the function. */
  readonly offset: number;
}

const shapes = new WeakMap<Term, Shape>();

const shapeOf = (term: Term): Shape => {
  const known = shapes.get(term);
  if (known !== undefined) return known;
  const parameters: Parameter[] = [];
  let offset = 1;
  const kids = term.node.kids as readonly Term[];
  let i = 0;
  for (; kids[i]!.node._tag === "Param"; i++) {
    const { name, kids: fallback } = kids[i]!.node as {
      readonly name: string;
      readonly kids: readonly Term[];
    };
    parameters.push({
      name,
      fallback: fallback[0] === undefined ? null : { term: fallback[0], offset: offset + 1 },
    });
    offset += kids[i]!.size;
  }
  const shape: Shape = { parameters, body: kids[i]!, offset };
  shapes.set(term, shape);
  return shape;
};

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

/** `let x = v in e`; a chain of them is one loop. */
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

interface Argument {
  readonly name: string | null;
  readonly value: Value;
  readonly term: Term | null;
  readonly site: () => Site;
}

/** `f(x, k = y)`: all arguments are evaluated, in order, before the function is entered. */
export function* evaluateCall(node: Call<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const [calleeTerm, ...argumentTerms] = node.kids;
  const callee = yield ask(calleeTerm, at + 1, scope);
  const given: Argument[] = [];
  let place = at + 1 + calleeTerm.size;
  for (const term of argumentTerms) {
    const isNamed = term.node._tag === "Arg";
    const [inner, innerAt] = isNamed ? [term.node.kids[0] as Term, place + 1] : [term, place];
    given.push({
      name: term.node._tag === "Arg" ? term.node.name : null,
      value: yield ask(inner, innerAt, scope),
      term: inner,
      site: siteMaker(scope.origin, innerAt),
    });
    place += term.size;
  }
  return yield call(callee, given, siteMaker(scope.origin, at), machine);
}

const siteMaker =
  (origin: Origin, at: number): (() => Site) =>
  () =>
    siteAt(origin, at);

function* call(callee: Value, given: readonly Argument[], site: () => Site, machine: Machine): Rule {
  switch (callee._tag) {
    case "Poison":
      return poison;
    case "Fn":
      return yield apply(callee, given, site, machine);
    case "Builtin":
      return yield applyBuiltin(callee.name, given, site, machine);
    case "Automaton":
    case "Composition":
      return callComposition(callee, given, site(), machine);
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
      return machine.report("type-mismatch", `${describe(callee)} cannot be called`, site());
  }
}

/**
 * The arguments by parameter; undefined where one is left to its default. Null where
 * they do not fit, which then is reported.
 */
const match = (
  callee: string,
  names: readonly string[],
  given: readonly Argument[],
  required: (index: number) => boolean,
  site: () => Site,
  machine: Machine,
): readonly (Argument | undefined)[] | null => {
  const slots: (Argument | undefined)[] = names.map(() => undefined);
  let next = 0;
  for (const argument of given) {
    const index = argument.name === null ? next++ : names.indexOf(argument.name);
    if (index < 0) {
      const message = `\`${callee}\` has no parameter \`${argument.name}\``;
      machine.report(
        "arity",
        message,
        argument.site(),
        meant(argument.name!, names).map(({ message }) => ({ message })),
      );
      return null;
    }
    if (index >= names.length) break;
    if (slots[index] !== undefined) {
      machine.report("arity", `\`${names[index]}\` is given twice to \`${callee}\``, argument.site());
      return null;
    }
    slots[index] = argument;
  }
  const missing = names.filter((_, index) => slots[index] === undefined && required(index));
  if (next <= names.length && missing.length === 0) return slots;
  const least = names.filter((_, index) => required(index)).length;
  const most = names.length;
  const count = least === most ? `${most}` : `${least} to ${most}`;
  const plural = count === "1" ? "argument" : "arguments";
  const without = missing.length > 0 ? `; without ${missing.map((name) => `\`${name}\``).join(", ")}` : "";
  machine.report(
    "arity",
    `\`${callee}\` takes ${count} ${plural}, but ${given.length} are given${without}`,
    site(),
  );
  return null;
};

function* apply(callee: FnValue, given: readonly Argument[], site: () => Site, machine: Machine): Rule {
  const { closure } = callee;
  const { parameters, body, offset } = shapeOf(closure.term);
  const slots = match(
    callee.name ?? "fn",
    parameters.map(({ name }) => name),
    given,
    (index) => parameters[index]!.fallback === null,
    () => site(),
    machine,
  );
  if (slots === null) return poison;
  if (!machine.enter(site())) return poison;
  let scope = closureScope(closure);
  for (let i = 0; i < parameters.length; i++) {
    const { name, fallback } = parameters[i]!;
    const argument = slots[i];
    // A default may read the parameters before it.
    const value =
      argument !== undefined
        ? argument.value
        : yield ask(fallback!.term, closure.site.at + fallback!.offset, scope);
    scope = bind(scope, name, value);
  }
  const value = yield ask(body, closure.site.at + offset, scope);
  machine.leave();
  return value;
}

const isLiteral = (term: Term | null): boolean => term?.node._tag === "Str" && term.node.kids.length === 0;

function* applyBuiltin(name: string, given: readonly Argument[], site: () => Site, machine: Machine): Rule {
  const builtin = builtins.get(name)!;
  const slots = matchBuiltin(name, builtin, given, site, machine);
  if (slots === null || slots.some(({ value }) => value._tag === "Poison")) return poison;
  const context: Context = {
    machine,
    name,
    site,
    call: (callee, values) =>
      call(
        callee,
        values.map((value) => ({ name: null, value, term: null, site })),
        site,
        machine,
      ),
  };
  const args = slots.map(
    (argument): Given => ({
      value: argument.value,
      site: argument.site,
      literal: isLiteral(argument.term),
    }),
  );
  const result = builtin.run(args, context);
  return "_tag" in result ? result : yield result;
}

const matchBuiltin = (
  name: string,
  builtin: Builtin,
  given: readonly Argument[],
  site: () => Site,
  machine: Machine,
): readonly Argument[] | null => {
  const { parameters } = builtin;
  if (
    builtin.variadic === true &&
    given.length > parameters.length &&
    given.every((one) => one.name === null)
  ) {
    return given;
  }
  const slots = match(name, parameters, given, () => true, site, machine);
  return slots as readonly Argument[] | null;
};

/** How a function or built-in is called: `service(label, n = …)`. */
export const signatureOf = (callee: FnValue | Extract<Value, { _tag: "Builtin" }>): string => {
  if (callee._tag === "Fn") return signature(callee.name ?? "fn", callee.closure.term);
  const builtin = builtins.get(callee.name)!;
  const dots = builtin.variadic === true ? ", …" : "";
  return `${callee.name}(${builtin.parameters.join(", ")}${dots})`;
};
