/** Which rule evaluates which term. */

import { clauseTags } from "../../core/clauses.ts";
import type { LetDecl, SystemDecl, TypeDecl } from "../../core/syntax/declarations.ts";
import type { Of, Tag } from "../../core/syntax.ts";
import type { Term } from "../../core/term.ts";
import { basePayloads } from "../names.ts";
import { focusAt, siteAt } from "../site.ts";
import { poison, truth, type Value } from "../value.ts";
import { evaluateAutomaton, evaluateAutomatonDecl, evaluateWith } from "./automata.ts";
import { evaluateIf } from "./branches.ts";
import { fits } from "./checks.ts";
import { asSystem } from "./composing.ts";
import { evaluateComprehension } from "./comprehensions.ts";
import { evaluateCall, evaluateLet, makeFunction } from "./functions.ts";
import { evaluateChunk, evaluateList } from "./lists.ts";
import { evaluateNumber, evaluateString } from "./literals.ts";
import { resolve } from "./lookup.ts";
import { type Ask, ask, type Machine, type Rule } from "./machine.ts";
import { evaluateChain, evaluateUnary } from "./operators.ts";
import { evaluateField, evaluateIndex, evaluateRecord } from "./records.ts";
import { evaluatePayload, evaluateSession } from "./sessions.ts";

/** What stands only within other terms, and means nothing by itself. */
const partsOnly = [
  "Spread",
  "For",
  "Filter",
  "Entry",
  "FileEntry",
  "Grant",
  "Param",
  "Arg",
  ...clauseTags,
  "Repeated",
  "Branch",
  "FieldOf",
  "Import",
  "Imported",
] as const satisfies readonly Tag[];

/** One of these: whatever else there is, a rule evaluates. */
type Part = Of<(typeof partsOnly)[number], Term>;

/** Whether a term has a value of its own. */
export const hasValue = ({ node }: Term): boolean => !(partsOnly as readonly Tag[]).includes(node._tag);

/** The value of a term, or the rule that gets at it. Parts that stand in no place of their own have none. */
export const evaluateTerm = (asked: Ask, machine: Machine): Value | Rule => {
  const { term, at, scope } = asked;
  const { node } = term;
  switch (node._tag) {
    case "Num":
      return evaluateNumber(node, asked, machine);
    case "Str":
      return evaluateString(node, asked, machine);
    case "Bool":
      return truth(node.value);
    case "Name":
      return resolve(node.name, at, scope, machine);
    case "List":
      return evaluateList(node, asked, machine);
    case "Chunk":
      return evaluateChunk(node, asked, machine);
    case "Comprehension":
      return evaluateComprehension(node, asked, machine);
    case "Record":
      return evaluateRecord(node, asked, machine);
    case "Fn":
      return makeFunction(term, at, null, scope, machine);
    case "If":
      return evaluateIf(node, asked, machine);
    case "Let":
      return evaluateLet(node, asked, machine);
    case "Chain":
      return evaluateChain(node, asked, machine);
    case "Unary":
      return evaluateUnary(node, asked, machine);
    case "With":
      return evaluateWith(node, asked, machine);
    case "Call":
      return evaluateCall(node, asked, machine);
    case "Field":
      return evaluateField(node, asked, machine);
    case "Index":
      return evaluateIndex(node, asked, machine);
    case "Automaton":
      return evaluateAutomaton(node, asked, machine);
    case "Send":
    case "Receive":
    case "Select":
    case "Offer":
    case "Mu":
    case "End":
    case "Dual":
    case "Then":
      return evaluateSession(term, at, scope, machine);
    case "Path":
    case "ListOf":
    case "RecordOf":
      return evaluatePayload(term, at, scope, machine);
    case "LetDecl":
      return node.callable ? makeFunction(term, at, node.name, scope, machine) : evaluateLetDecl(node, asked);
    case "TypeDecl":
      return evaluateTypeDecl(node, asked, machine);
    case "ProtocolDecl":
      return evaluateSession(node.children[0], at + 1, scope, machine);
    case "AutomatonDecl":
      return evaluateAutomatonDecl(node, asked, machine);
    case "SystemDecl":
      return evaluateSystemDecl(node, asked, machine);
    default:
      throw new Error(`a ${(node satisfies Part)._tag} has no value`);
  }
};

const evaluateTypeDecl = (
  { name, children }: TypeDecl<Term>,
  { at, scope }: Ask,
  machine: Machine,
): Value => {
  const payload = evaluatePayload(children[0], at + 1, scope, machine);
  if (!basePayloads.has(name)) return payload;
  const message = `\`${name}\` is a payload type that is built in, and cannot be another`;
  return machine.report("duplicate-name", message, focusAt(scope.origin, at));
};

function* evaluateLetDecl(node: LetDecl<Term>, { at, scope }: Ask): Rule {
  return yield ask(node.children[0]!, at + 1, scope);
}

function* evaluateSystemDecl(node: SystemDecl<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const value = yield ask(node.children[0], at + 1, scope);
  if (!fits("a system's", node.name, focusAt(scope.origin, at), machine)) return poison;
  return asSystem(value, siteAt(scope.origin, at + 1), machine);
}
