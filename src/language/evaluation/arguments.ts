/** Parameters, and the arguments that they are given. */
import type { Term } from "../../core/term.ts";
import { meant } from "../meant.ts";
import type { Site } from "../problem.ts";
import { siteAt } from "../site.ts";
import type { Value } from "../value.ts";
import type { CallPlace, Machine } from "./machine.ts";

export interface Parameter {
  readonly name: string;
  /** What it is without an argument, and where that stands from the function's position. */
  readonly fallback: { readonly term: Term; readonly offset: number } | null;
}

/** The parameters of a `Fn`, `Let` or `LetDecl`, and what follows them. */
export interface Shape {
  readonly parameters: readonly Parameter[];
  readonly body: Term;
  /** The body's position, from that of the function. */
  readonly offset: number;
}

const shapes = new WeakMap<Term, Shape>();

export const shapeOf = (term: Term): Shape => {
  const known = shapes.get(term);
  if (known !== undefined) return known;
  const parameters: Parameter[] = [];
  let offset = 1;
  const children = term.node.children as readonly Term[];
  let i = 0;
  for (; children[i]!.node._tag === "Param"; i++) {
    const { name, children: fallback } = children[i]!.node as {
      readonly name: string;
      readonly children: readonly Term[];
    };
    parameters.push({
      name,
      fallback: fallback[0] === undefined ? null : { term: fallback[0], offset: offset + 1 },
    });
    offset += children[i]!.size;
  }
  const shape: Shape = { parameters, body: children[i]!, offset };
  shapes.set(term, shape);
  return shape;
};

export interface Argument {
  readonly name: string | null;
  /** Where the name stands, if there is one. */
  readonly nameAt: number;
  readonly value: Value;
  /** As written; null where a built-in function calls. */
  readonly term: Term | null;
  readonly at: number;
}

/** A call: what is given, and where. */
export interface Call extends CallPlace {
  readonly given: readonly Argument[];
}

export const placeOf = ({ origin, at }: CallPlace): Site => siteAt(origin, at);

/**
 * The arguments by parameter; undefined where one is left to its default. Null where
 * they do not fit, which then is reported.
 */
export const matchArguments = (
  callee: string,
  parameters: readonly Parameter[],
  called: Call,
  machine: Machine,
  /** Whether the last parameter may be given more than once. */
  isOpen = false,
): readonly (Argument | undefined)[] | null => {
  const { given, origin } = called;
  if (isOpen && given.length > parameters.length && given.every((argument) => argument.name === null))
    return given;
  if (given.length === parameters.length && given.every((argument) => argument.name === null)) return given;
  const slots: (Argument | undefined)[] = parameters.map(() => undefined);
  let next = 0;
  for (const argument of given) {
    const { name } = argument;
    const index = name === null ? next++ : parameters.findIndex((parameter) => parameter.name === name);
    if (index < 0) {
      const names = parameters.map((parameter) => parameter.name);
      const hints = meant(name!, names).map(({ message }) => ({ message }));
      machine.report(
        "arity",
        `\`${callee}\` has no parameter \`${name}\``,
        siteAt(origin, argument.at),
        hints,
      );
      return null;
    }
    if (index >= parameters.length) break;
    if (slots[index] !== undefined) {
      const message = `\`${parameters[index]!.name}\` is given twice to \`${callee}\``;
      machine.report("arity", message, siteAt(origin, argument.at));
      return null;
    }
    slots[index] = argument;
  }
  const isMissing = parameters.some(({ fallback }, index) => fallback === null && slots[index] === undefined);
  if (next <= parameters.length && !isMissing) return slots;
  machine.report("arity", arityMessage(callee, parameters, slots, given.length, isOpen), placeOf(called));
  return null;
};

const arityMessage = (
  callee: string,
  parameters: readonly Parameter[],
  slots: readonly (Argument | undefined)[],
  given: number,
  isOpen: boolean,
): string => {
  const most = parameters.length;
  const least = parameters.filter(({ fallback }) => fallback === null).length;
  const count = isOpen ? `at least ${most}` : least === most ? `${most}` : `${least} to ${most}`;
  const missing = parameters.filter(({ fallback }, index) => fallback === null && slots[index] === undefined);
  const which = missing.map(({ name }) => `\`${name}\``).join(", ");
  const without = missing.length === 0 ? "" : `: ${which} ${missing.length === 1 ? "is" : "are"} missing`;
  return `\`${callee}\` takes ${count} ${most === 1 ? "argument" : "arguments"}, but is given ${given}${without}`;
};
