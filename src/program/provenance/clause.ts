/** Which clause says something of an automaton: over `with`, into what it changes. */

import { ownNames } from "../../core/bindings.ts";
import { type ClauseSpec, choiceOf, clauseOfOption, clauseOfTag, clauseOfWord } from "../../core/clauses.ts";
import { partsOfProvides } from "../../core/syntax/clauses.ts";
import type { Value } from "../../language/value.ts";
import { bindingsOf, nameBound } from "./bindings.ts";
import type { Reducer } from "./reduce.ts";
import type { Step } from "./step.ts";
import { bound, childOf, childrenOf, type Thunk } from "./thunk.ts";

/** A part of what an automaton says: a clause by its word, and within it an entry by its name. */
export interface Attribute {
  /** `instances`, `env`, `runs`, `provides`, … */
  readonly word: string;
  /** A variable of `env`, a limit, or a port. */
  readonly name: string | null;
}

/** The row of the clause that says it: of `settle` that of `instances`. */
const specOf = (word: string): ClauseSpec | null => clauseOfWord(word) ?? clauseOfOption(word);

/** Where an attribute is said. */
export interface WrittenAttribute {
  /** From the automaton to the clause, the outermost first. */
  readonly steps: readonly Step[];
  /** The clause; of `env` and `limits` the variable's entry, or the clause where a spread says it. */
  readonly clause: Thunk;
  /** What says the value; null of a clause that is all words, as `restart always`. */
  readonly value: Thunk | null;
}

/** The clauses in braces, of an automaton or of a `with`. */
export const clausesOf = (thunk: Thunk): readonly Thunk[] => {
  const children = childrenOf(thunk);
  return thunk.term.node._tag === "AutomatonDecl" ? children : children.slice(1);
};

/** What is known when the system runs has no value before. */
const unknown: Value = { _tag: "Poison" };

/** Among the names of a clause there are those by which it speaks of its automaton. */
const inside = (clause: Thunk): Thunk => ({
  ...clause,
  environment: ownNames.reduce(
    (outer, name) => bound(name, unknown, { _tag: "Self" }, outer),
    clause.environment,
  ),
});

const hasBraces = ({ term }: Thunk): boolean => {
  const { _tag } = term.node;
  return _tag === "AutomatonDecl" || _tag === "Automaton" || _tag === "With";
};

/** The name of a port, written or computed; null where it cannot be told. */
const portName = (clause: Thunk, { evaluator }: Reducer): string | null => {
  const { node } = clause.term;
  if (node._tag !== "Provides" && node._tag !== "Requires") return null;
  if (node.name !== null) return node.name;
  const value = evaluator.value(childOf(clause, 0));
  return value._tag === "String" ? value.text : null;
};

/** A clause, or each that the `for` behind it makes, with the step to it. */
function* clauseOrEach(
  clause: Thunk,
  { evaluator }: Reducer,
): Generator<{ readonly clause: Thunk; readonly steps: readonly Step[] }, void, undefined> {
  if (clause.term.node._tag !== "Repeated") return yield { clause, steps: [] };
  let index = 0;
  for (const environment of bindingsOf(clause, evaluator)) {
    const body = childOf(clause, 0, environment);
    const name = nameBound(environment, clause.environment);
    yield { clause: body, steps: [{ kind: "element", thunk: clause, index: index++, name, body }] };
  }
}

/** The value in a clause; null where it is none of this attribute. */
const valueIn = (clause: Thunk, { word, name }: Attribute, reducer: Reducer): Thunk | null | undefined => {
  const { node } = clause.term;
  const spec = clauseOfTag(node._tag);
  if (spec === null || spec !== specOf(word)) return undefined;
  const within = inside(clause);
  switch (node._tag) {
    case "Provides": {
      const index = partsOfProvides(node).protocolIndex + 1;
      return portName(clause, reducer) === name ? childOf(clause, index) : undefined;
    }
    case "Requires":
      return portName(clause, reducer) === name ? childOf(clause, node.children.length - 1) : undefined;
    case "Instances":
      if (word === "settle") return node.children.length > 1 ? childOf(within, 1) : undefined;
      return childOf(within, 0);
    case "State":
    case "Secret":
      return node.name === name ? childOf(clause, 0) : undefined;
    case "Files":
      return name === null ? null : undefined;
    case "Env":
    case "Limits":
      return name === null ? null : variableIn(within, name, reducer);
    default:
      return hasValue(spec) ? childOf(within, 0) : null;
  }
};

/** Whether an expression says all of a clause, but for words that are always the same. */
const hasValue = (spec: ClauseSpec): boolean => {
  const choices = Object.values(choiceOf(spec) ?? {}).filter((argument) => argument !== "word");
  return spec.follows === "value" || (choices.length === 1 && choices[0] === "value");
};

/** The last one that says a variable counts. */
const variableIn = (env: Thunk, name: string, { evaluator }: Reducer): Thunk | undefined => {
  for (const child of [...childrenOf(env)].reverse()) {
    const { node } = child.term;
    if (node._tag === "Entry" && node.name === name) return childOf(child, 0);
    if (node._tag !== "Spread") continue;
    const value = evaluator.value(childOf(child, 0));
    if (value._tag === "Record" && value.fields.has(name)) return childOf(child, 0);
  }
  return undefined;
};

/** Where an automaton, at the expression that makes it, says an attribute; null where it does not. */
export const attributeIn = (
  automaton: Thunk,
  attribute: Attribute,
  reducer: Reducer,
): WrittenAttribute | null => {
  const steps: Step[] = [];
  let thunk = automaton;
  while (hasBraces(thunk)) {
    for (const written of clausesOf(thunk))
      for (const { clause, steps: toElement } of clauseOrEach(written, reducer)) {
        const value = valueIn(clause, attribute, reducer);
        if (value === undefined) continue;
        const step: Step = { kind: "clause", thunk: clause, word: attribute.word };
        return { steps: [...steps, ...toElement, step], clause, value };
      }
    if (thunk.term.node._tag !== "With") return null;
    const base = reducer.reduce(childOf(thunk, 0));
    steps.push(...base.steps);
    if (hasBraces(base.thunk)) steps.push(...bracesStep(base.thunk));
    thunk = base.thunk;
  }
  return null;
};

/** The step of what has clauses; of a declaration it is that of the declaration, which led there. */
export const bracesStep = (thunk: Thunk): readonly Step[] => {
  const { _tag } = thunk.term.node;
  return _tag === "AutomatonDecl" ? [] : [{ kind: _tag === "With" ? "with" : "automaton", thunk }];
};
