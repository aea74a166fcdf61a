/**
 * Where something of a running system comes from: evaluated again, along its path only, from
 * the system's declaration inward. Nothing is stored for it while programs are evaluated.
 */
import type { Program } from "../program.ts";
import { type Attribute, attributeIn, bracesStep } from "./clause.ts";
import type { SystemElement } from "./element.ts";
import { Finder, type Found } from "./find.ts";
import { argumentName, type Reducer, readsSelf } from "./reduce.ts";
import type { Step } from "./step.ts";
import { childrenOf, Evaluator, type Thunk, wholeOf } from "./thunk.ts";

/** Whence one thing comes, by one of the ways that lead to it. */
export interface Provenance {
  /** The innermost first: where its value is written; the last is the system's declaration. */
  readonly steps: readonly Step[];
  /** The innermost expression. */
  readonly thunk: Thunk;
}

/** What a trace is asked for: an element, or what a clause of an automaton says. */
export type Traceable =
  | SystemElement
  | { readonly _tag: "Clause"; readonly automaton: string; readonly attribute: Attribute };

/** Traces of one program as it stands. */
export class Provenances {
  readonly evaluator: Evaluator;
  readonly #finder: Finder;
  readonly #root: Thunk | null;

  constructor(program: Program) {
    this.evaluator = new Evaluator(program.workspace);
    this.#finder = new Finder(this.evaluator);
    const definition =
      program.system === null ? undefined : program.workspace.lookup(program.file, program.system);
    this.#root = definition === undefined ? null : wholeOf(definition);
  }

  get reducer(): Reducer {
    return this.#finder.reducer;
  }

  /** Every place where the system says an element. */
  *places(element: SystemElement): Generator<Found, void, undefined> {
    if (this.#root === null) return;
    const [composition] = childrenOf(this.#root);
    for (const { thunk, steps } of this.#finder.all(composition!, element))
      yield {
        thunk,
        steps: [
          { kind: "declaration", thunk: this.#root },
          ...steps,
          ...endOf(thunk, element, this.evaluator),
        ],
      };
  }

  /** By each way that leads to it, in the order of the text. */
  *traces(of: Traceable): Generator<Provenance, void, undefined> {
    if (of._tag !== "Clause") {
      for (const { thunk, steps } of this.places(of)) yield { thunk, steps: [...steps].reverse() };
      return;
    }
    for (const { thunk, steps } of this.places({ _tag: "Automaton", name: of.automaton })) {
      const written = attributeIn(thunk, of.attribute, this.reducer);
      if (written === null) continue;
      const inner = written.value === null ? { thunk: written.clause, steps: [] } : this.inner(written.value);
      yield { thunk: inner.thunk, steps: [...steps, ...written.steps, ...inner.steps].reverse() };
    }
  }

  /** What an expression comes to, and what that is. */
  inner(start: Thunk): Found {
    const { thunk, steps } = this.reducer.reduce(start);
    return { thunk, steps: [...steps, ...valueStep(thunk, steps, this.evaluator)] };
  }
}

const literals: ReadonlySet<string> = new Set(["Num", "Str", "Bool", "List", "Record"]);

/** What makes a value where it is followed no further. */
const valueStep = (thunk: Thunk, before: readonly Step[], evaluator: Evaluator): readonly Step[] => {
  const { node } = thunk.term;
  if (readsSelf(thunk)) return [{ kind: "self", thunk }];
  if (literals.has(node._tag)) return [{ kind: "literal", thunk }];
  if (node._tag === "Unary" && node.children[0].node._tag === "Num") return [{ kind: "literal", thunk }];
  if (node._tag === "Chain" || node._tag === "Unary") return [{ kind: "operator", thunk }];
  if (node._tag === "Call") {
    const [callee, name] = childrenOf(thunk);
    const value = evaluator.value(callee!);
    if (value._tag === "Builtin" && value.name === "input") {
      const named = name === undefined ? undefined : evaluator.value(name);
      return [{ kind: "input", thunk, name: named?._tag === "String" ? named.text : "" }];
    }
    if (value._tag === "Builtin") return [{ kind: "builtin", thunk, name: value.name }];
  }
  if (node._tag === "Name" && before.length > 0) return [];
  return [{ kind: "expression", thunk }];
};

/** The step of what says an element itself. */
const endOf = (thunk: Thunk, element: SystemElement, evaluator: Evaluator): readonly Step[] => {
  const { node } = thunk.term;
  switch (node._tag) {
    case "Automaton":
    case "AutomatonDecl":
    case "With":
      return bracesStep(thunk);
    case "Chain":
      return element._tag === "Wire" ? [{ kind: "arrow", thunk }] : [{ kind: "operator", thunk }];
    case "Call": {
      if (element._tag === "Publication") return [{ kind: "publication", thunk }];
      const given = childrenOf(thunk).find(
        (argument) => element._tag === "Wire" && argumentName(argument, evaluator) === element.requirement,
      );
      return [
        given === undefined ? { kind: "call", thunk } : { kind: "requirement", thunk: given, call: thunk },
      ];
    }
    default:
      return [{ kind: "expression", thunk }];
  }
};

/** Traces something of a program that has no errors; null where the system has no such thing. */
export const trace = (program: Program, of: Traceable): Provenance | null => {
  const { value } = new Provenances(program).traces(of).next();
  return value ?? null;
};
