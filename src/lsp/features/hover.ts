/** What stands at a place: what it is, what it comes to, and how it runs. */
import { type Hover, type HoverParams, MarkupKind } from "vscode-languageserver";
import { aboutEntity, aboutValue, cellDocs } from "../../assist/about.ts";
import type { Entity } from "../../assist/entity.ts";
import { instancesOf } from "../../assist/instances.ts";
import { nameAt, type Spot, termAt, valueAt } from "../../assist/spot.ts";
import { type Extent, focusAt, type Node, nodeOf, rootOf, spanAt } from "../../assist/tree.ts";
import { clauseOfTag } from "../../core/clauses.ts";
import { selfFields } from "../../language/evaluation/cells.ts";
import type { AutomatonStatus } from "../../live/control/status.ts";
import { type Named, namedAt, spotOf } from "../locate.ts";
import { rangeOf } from "../place.ts";
import type { Project } from "../project.ts";
import type { Running } from "../running.ts";
import { importAt } from "./links.ts";

const fenced = (code: string): string => `\`\`\`architect\n${code}\n\`\`\``;

const hoverOf = (spot: Spot, extent: Extent, parts: readonly (string | null)[]): Hover => ({
  range: rangeOf(spot, extent),
  contents: {
    kind: MarkupKind.Markdown,
    value: parts.filter((part) => part !== null && part !== "").join("\n\n"),
  },
});

/** `running: 2 of 2 ready` and where. */
const runningText = ({ instances }: AutomatonStatus): string => {
  const ready = instances.filter(({ state }) => state === "ready").length;
  const rows = instances.map(
    ({ index, state, addresses }) =>
      `| ${index} | ${state} | ${addresses.map((a) => `\`${a}\``).join(" ")} |`,
  );
  return [
    `running: ${ready} of ${instances.length} ready`,
    ...(rows.length === 0
      ? []
      : ["", "| instance | state | addresses |", "|---|---|---|", ...rows.slice(0, 16)]),
  ].join("\n");
};

const instancesText = (project: Project, { entity, spot }: Named): string | null => {
  if (entity?._tag !== "Definition") return null;
  const value = project.workspace.valueOf(entity.definition);
  if (value._tag !== "Automaton") return null;
  const count = instancesOf(project.workspace, spot.module.file, value);
  return count === null ? null : count.text;
};

const ofName = (project: Project, running: Running, named: Named): Hover | null => {
  const { spot, occurrence, entity } = named;
  const { workspace } = project;
  const node = termAt(spot);
  if (entity !== null && entity._tag !== "Local") {
    const about = aboutEntity(workspace, entity);
    if (about === null) return null;
    const value = entity._tag === "Definition" ? workspace.valueOf(entity.definition) : null;
    const status = value?._tag === "Automaton" ? statusOf(running, spot.module.file, value.name) : null;
    return hoverOf(spot, occurrence, [
      fenced(about.code),
      about.kind,
      about.doc,
      instancesText(project, named),
      status === null ? null : runningText(status),
    ]);
  }
  if (occurrence.target._tag === "Field") {
    const cell = cellOf(occurrence.target.owner, occurrence.name);
    if (cell !== null)
      return hoverOf(spot, occurrence, [
        fenced(cell),
        selfFields.includes(occurrence.name) ? "known of an instance" : "an observed cell",
        cellDocs[occurrence.name]!,
      ]);
  }
  const value = node === null ? null : valueAt(workspace, spot.module, node);
  if (value !== null) {
    const { code, kind } = aboutValue(value, occurrence.name);
    return hoverOf(spot, occurrence, [fenced(code), kind]);
  }
  return entity === null ? null : hoverOf(spot, occurrence, [fenced(entity.name), localKind(entity)]);
};

const localKinds: Readonly<Record<string, string>> = {
  Param: "a parameter",
  Let: "a local name",
  For: "each element of a list in turn",
  Mu: "the protocol from `mu` on, once more",
};

const localKind = ({ of, at }: Extract<Entity, { readonly _tag: "Local" }>): string => {
  const { term } = of.declaration;
  return (term === null ? undefined : localKinds[nodeOf(rootOf(term), at).term.node._tag]) ?? "a local name";
};

const cellOf = (owner: Node, name: string): string | null => {
  const { node } = owner.term;
  if (node._tag !== "Name" || (node.name !== "self" && node.name !== "host") || !(name in cellDocs))
    return null;
  return `${node.name}.${name}`;
};

const statusOf = (running: Running, file: string, name: string): AutomatonStatus | null =>
  running
    .statusesOf(file)
    .flatMap(({ automata }) => automata)
    .find((each) => each.name === name) ?? null;

/** A clause's keyword, or an expression that is no name: what it comes to. */
const ofTerm = (project: Project, spot: Spot): Hover | null => {
  const node = termAt(spot);
  if (node === null) return null;
  const { spans } = spot.declaration;
  const focus = focusAt(spans, node.at);
  const clause = clauseOfTag(node.term.node._tag);
  if (clause !== null) {
    const start = spanAt(spans, node.at).start;
    const keyword = { start, end: start + clause.word.length };
    if (spot.offset < keyword.start || spot.offset > keyword.end) return null;
    return hoverOf(spot, keyword, [fenced(clause.form), clause.doc]);
  }
  if (spot.offset < focus.start || spot.offset > focus.end) return null;
  const value = valueAt(project.workspace, spot.module, node);
  if (value === null) return null;
  const { code, kind } = aboutValue(value);
  return hoverOf(spot, spanAt(spans, node.at), [fenced(code), kind]);
};

export const hover = (project: Project, running: Running, params: HoverParams): Hover | null => {
  const spot = spotOf(project, params);
  if (spot === null) return null;
  const imported = importAt(project, spot);
  if (imported !== null) return hoverOf(spot, imported, [`\`${imported.file}\``]);
  const named = nameAt(spot) === null ? null : namedAt(project, params);
  return named === null ? ofTerm(project, spot) : ofName(project, running, named);
};
