/** The steps from where something of a system is written outward to the system. */
import { cellWords, inputCell } from "../../core/cell-key.ts";
import type { Term } from "../../core/term.ts";
import { pathOf } from "../../language/path.ts";
import type { Site } from "../../language/problem.ts";
import { siteAt } from "../../language/site.ts";
import { type Location, rangeOf } from "../locations.ts";
import { nameOf } from "../origins.ts";
import type { Workspace } from "../workspace.ts";
import type { Thunk } from "./thunk.ts";

/** One step of a trace: what is found where it stands. */
export type Step =
  /** What is written out: a number, a string, a list. */
  | { readonly kind: "literal"; readonly thunk: Thunk }
  /** What an operator computes of several. */
  | { readonly kind: "operator"; readonly thunk: Thunk }
  /** A live cell, with its default. */
  | { readonly kind: "input"; readonly thunk: Thunk; readonly name: string }
  /** An equation over what the automaton observes of itself. */
  | { readonly kind: "self"; readonly thunk: Thunk }
  /** What a function that is built in computes. */
  | { readonly kind: "builtin"; readonly thunk: Thunk; readonly name: string }
  /** What is given to a parameter at a call. */
  | { readonly kind: "argument"; readonly thunk: Thunk; readonly parameter: string; readonly call: Thunk }
  /** What a parameter is where the call gives nothing: `position` of the parameters. */
  | {
      readonly kind: "default";
      readonly thunk: Thunk;
      readonly parameter: string;
      readonly call: Thunk;
      readonly position: number;
    }
  /** SystemElement `index` of a comprehension, counted from 0. */
  | {
      readonly kind: "element";
      readonly thunk: Thunk;
      readonly index: number;
      readonly name: string;
      /** What is evaluated for it, among the names of the comprehension. */
      readonly body: Thunk;
    }
  /** Item `index` of a list, counted from 0; `list` is the list, or the chunk of a long one. */
  | { readonly kind: "item"; readonly thunk: Thunk; readonly index: number; readonly list: Thunk }
  /** An operand of arrows or of `|`. */
  | { readonly kind: "operand"; readonly thunk: Thunk; readonly index: number; readonly chain: Thunk }
  /** What is given to a composition or to `publish`; 0 is what is called. */
  | { readonly kind: "given"; readonly thunk: Thunk; readonly index: number; readonly call: Thunk }
  | { readonly kind: "clause"; readonly thunk: Thunk; readonly word: string }
  | { readonly kind: "with"; readonly thunk: Thunk }
  /** The branch of an `if` that is taken. */
  | { readonly kind: "branch"; readonly thunk: Thunk; readonly taken: boolean }
  /** What an automaton is: where it is declared. */
  | { readonly kind: "automaton"; readonly thunk: Thunk }
  /** A call of a function. */
  | { readonly kind: "call"; readonly thunk: Thunk }
  | { readonly kind: "declaration"; readonly thunk: Thunk }
  | { readonly kind: "import"; readonly thunk: Thunk }
  /** An arrow that makes the wire. */
  | { readonly kind: "arrow"; readonly thunk: Thunk }
  /** `requirement = provider`, given to a composition. */
  | { readonly kind: "requirement"; readonly thunk: Thunk; readonly call: Thunk }
  | { readonly kind: "publication"; readonly thunk: Thunk }
  /** What it was not followed into. */
  | { readonly kind: "expression"; readonly thunk: Thunk };

/** The kinds of steps. */
export type StepKind = Step["kind"];

const calleeOf = ({ term }: Thunk): string => {
  const { node } = term;
  return (node._tag === "Call" ? pathOf(node.children[0]) : null) ?? "a function";
};

const signOf = ({ term }: Thunk): string => (term.node._tag === "Chain" ? term.node.ops[0]! : "");

/** The file that a call of `read` names, where that is written out. */
const fileOf = ({ term }: Thunk): string | null => {
  const path = (term.node.children as readonly Term[])[1]?.node;
  return path?._tag === "Str" && path.pieces.length === 1 ? `file ${path.pieces[0]}` : null;
};

/** The step in words: `argument n of service`. */
export const wordsOf = (step: Step): string => {
  switch (step.kind) {
    case "literal":
      return "literal";
    case "operator":
      return "operator";
    case "input":
      return cellWords(inputCell(step.name));
    case "self":
      return "equation over self";
    case "builtin":
      return (step.name === "read" ? fileOf(step.thunk) : null) ?? `builtin ${step.name}`;
    case "argument":
      return `argument ${step.parameter} of ${calleeOf(step.call)}`;
    case "default":
      return `default of ${step.parameter}`;
    case "element":
      return `${step.name} of element ${step.index} of a comprehension`;
    case "item":
      return `item ${step.index} of a list`;
    case "operand":
      return `operand ${step.index} of ${signOf(step.chain)}`;
    case "given":
      return step.index === 0 ? "what is called" : `given to ${calleeOf(step.call)}`;
    case "clause":
      return `clause ${step.word}`;
    case "with":
      return "with";
    case "branch":
      return step.taken ? "branch then" : "branch else";
    case "automaton":
      return "automaton";
    case "call":
      return `call of ${calleeOf(step.thunk)}`;
    case "declaration":
      return `declaration ${nameOf(step.thunk.definition)}`;
    case "import":
      return `import ${nameOf(step.thunk.definition)}`;
    case "arrow":
      return "arrow";
    case "requirement":
      return "requirement";
    case "publication":
      return "publication";
    case "expression":
      return "expression";
  }
};

/** Kinds of which the whole text would be too much: their name or keyword is shown. */
const focused: ReadonlySet<StepKind> = new Set(["declaration", "automaton", "with", "clause"]);

/** Where a step stands. */
export const siteOfStep = ({ kind, thunk }: Step): Site => {
  const { definition, at } = thunk;
  const site = siteAt({ module: definition.file, declaration: definition.key, within: null }, at);
  return focused.has(kind) ? { ...site, focus: true } : site;
};

/** Where a step stands in the text. */
export const placeOfStep = (workspace: Workspace, step: Step): Location => ({
  file: step.thunk.definition.file,
  range: rangeOf(workspace, siteOfStep(step)),
});
