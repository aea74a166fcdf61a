/** What is computed, shown beside what is written: how many instances, and which ports an arrow means. */

import { type InlayHint, InlayHintKind, type InlayHintParams } from "vscode-languageserver";
import { Lexer } from "../../../grammar/lexer.ts";
import * as T from "../../../grammar/tokens.ts";
import { instancesOf } from "../../assist/instances.ts";
import { definitionsOf, type Standing, standingIn, textOf } from "../../assist/spot.ts";
import { childrenOf, type Node, nodeOf, rootOf, spanAt } from "../../assist/tree.ts";
import { placeOfValue } from "../../core/syntax/expressions.ts";
import type { WireFact } from "../../language/composition/composition.ts";
import { leaves } from "../../language/composition/facts.ts";
import { positionIn } from "../../language/site.ts";
import type { AutomatonValue } from "../../language/value.ts";
import type { Definition } from "../../program/definition.ts";
import { moduleOf } from "../locate.ts";
import { offsetAt, toPosition } from "../place.ts";
import type { Project } from "../project.ts";
import type { Running } from "../running.ts";

const hintAt = (of: Standing, offset: number, label: string, tooltip?: string): InlayHint => ({
  position: toPosition(of.module.document.position(of.base + offset)),
  label,
  kind: InlayHintKind.Type,
  paddingLeft: true,
  ...(tooltip === undefined ? {} : { tooltip }),
});

/** The automaton that a declaration writes out, or else what its value is made by. */
const writtenIn = (term: Node): { readonly clauses: readonly Node[] | null; readonly value: Node } => {
  const { node } = term.term;
  if (node._tag === "AutomatonDecl") return { clauses: childrenOf(term), value: term };
  const value = childrenOf(term).at(-1)!;
  const tag = value.term.node._tag;
  return { clauses: tag === "Automaton" || tag === "With" ? childrenOf(value).slice(1) : null, value };
};

const instanceHints = (
  project: Project,
  running: Running,
  of: Standing,
  definition: Definition,
  automaton: AutomatonValue,
): readonly InlayHint[] => {
  const { declaration, module } = of;
  const found = instancesOf(project.workspace, module.file, automaton);
  if (declaration.term === null || found === null) return [];
  const now = running
    .statusesOf(module.file)
    .flatMap(({ automata }) => automata)
    .find(({ name }) => name === automaton.name)?.instances.length;
  const label =
    now !== undefined && now !== found.count
      ? `${now} now`
      : found.follows
        ? `${found.count} at rest`
        : String(found.count);
  const { clauses, value } = writtenIn(rootOf(declaration.term));
  const { spans } = declaration;
  if (clauses === null) {
    if (definition.term?.node._tag !== "LetDecl" || definition.term.node.callable) return [];
    if (value.term.node._tag === "Name") return [];
    return [hintAt(of, spanAt(spans, value.at).end, `× ${label}`, "how many instances it has")];
  }
  const clause = clauses.find(({ term }) => term.node._tag === "Instances");
  const count = clause === undefined ? undefined : childrenOf(clause)[0]!;
  if (count === undefined || (count.term.node._tag === "Num" && now === undefined)) return [];
  return [hintAt(of, spanAt(spans, count.at).end, `= ${label}`, "how many instances it has")];
};

/** `kv`, or `kv: api` where the ports have different names. */
const pairOf = ({ requirement, to }: WireFact): string => {
  const ports = [...new Set(to.map(({ port }) => port))];
  return ports.length === 1 && ports[0] === requirement
    ? requirement
    : `${requirement}: ${ports.join(" | ")}`;
};

/** More wires than these in one place say nothing any more. */
const mostPairs = 3;

const labelOf = (wires: readonly WireFact[]): string => {
  const pairs = [...new Set(wires.map(pairOf))];
  return pairs.length <= mostPairs ? pairs.join(", ") : `${pairs.slice(0, mostPairs).join(", ")}, …`;
};

/** The end of the operator between two operands. */
const behindOperator = (of: Standing, left: Node, right: Node): number | null => {
  const { spans } = of.declaration;
  const text = textOf(of).slice(0, spanAt(spans, right.at).start);
  const lexer = new Lexer(text, spanAt(spans, left.at).end);
  for (let token = lexer.next(); token !== null; token = lexer.next())
    if (token.tokenType === T.FatArrow || token.tokenType === T.ThinArrow) return token.end;
  return null;
};

const isPick = ({ term: { node } }: Node): boolean =>
  node._tag === "Field" || (node._tag === "Index" && node.children[1].node._tag === "Str");

/** Where a wire's hint stands, and whether what is written says the port already. */
const placeOf = (
  of: Standing,
  node: Node,
): { readonly offset: number; readonly argument: boolean } | null => {
  const { spans } = of.declaration;
  const { _tag } = node.term.node;
  if (node.parent?.term.node._tag === "Call" || node.parent?.term.node._tag === "Arg" || _tag === "Arg") {
    const value = node.term.node._tag === "Arg" ? childrenOf(node)[placeOfValue(node.term.node)]! : node;
    return isPick(value) ? null : { offset: spanAt(spans, value.at).end, argument: true };
  }
  const [left, right] =
    _tag === "Chain"
      ? childrenOf(node)
      : node.parent?.term.node._tag === "Chain" && node.index > 0
        ? [childrenOf(node.parent)[node.index - 1]!, node]
        : [];
  if (left === undefined || right === undefined || (isPick(left) && isPick(right))) return null;
  const offset = behindOperator(of, left, right);
  return offset === null ? null : { offset, argument: false };
};

const wireHints = (
  of: Standing,
  wires: ReadonlyMap<number, WireFact[]>,
  from: number,
  to: number,
): readonly InlayHint[] => {
  const { term, spans } = of.declaration;
  if (term === null) return [];
  return [...wires].flatMap(([at, facts]) => {
    const span = spanAt(spans, at);
    if (of.base + span.end < from || of.base + span.start > to) return [];
    const place = placeOf(of, nodeOf(rootOf(term), at));
    if (place === null) return [];
    if (!place.argument)
      return [hintAt(of, place.offset, labelOf(facts), "the requirement that is wired, and the port")];
    const ports = [...new Set(facts.flatMap((fact) => fact.to.map(({ port }) => port)))];
    return ports.length > mostPairs
      ? []
      : [
          {
            ...hintAt(of, place.offset, `.${ports.join(" | .")}`, "the port that is wired"),
            paddingLeft: false,
          },
        ];
  });
};

/** The wires that a definition's own text makes, by the position that they are written at. */
const wiresOf = (project: Project, definition: Definition): ReadonlyMap<number, WireFact[]> => {
  const value = project.workspace.valueOf(definition);
  const found = new Map<number, WireFact[]>();
  if (value._tag !== "Composition" || definition.term === null) return found;
  for (const fact of leaves(value.composition.facts)) {
    if (fact._tag !== "Wire") continue;
    const { site } = fact;
    if (site.module !== definition.file || site.declaration !== definition.key) continue;
    const at = positionIn(definition.term, site);
    if (at === null) continue;
    const known = found.get(at);
    if (known === undefined) found.set(at, [fact]);
    else known.push(fact);
  }
  return found;
};

export const inlayHints = (
  project: Project,
  running: Running,
  params: InlayHintParams,
): InlayHint[] | null => {
  const module = moduleOf(project, params);
  if (module === null) return null;
  const [from, to] = [offsetAt(module, params.range.start), offsetAt(module, params.range.end)];
  return [...standingIn(module, from, to)].flatMap((of) => {
    const [definition] = definitionsOf(of);
    if (definition === undefined || definition.term === null) return [];
    const value = project.workspace.valueOf(definition);
    if (value._tag === "Automaton") return instanceHints(project, running, of, definition, value);
    return wireHints(of, wiresOf(project, definition), from, to);
  });
};
