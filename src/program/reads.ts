/**
 * What evaluations read: the declarations and inputs that a clause of an automaton was
 * computed from, near and far. Looked for only on request; the graph of
 * definitions knows what each read, and the names in a clause which of that is its own.
 */
import { isOwnName } from "../core/bindings.ts";
import { type CellKey, fileCell, inputCell, isCellLabel, parseCell } from "../core/cell-key.ts";
import { type ClauseTag, clauseOf, tagOfClause } from "../core/clauses.ts";
import { Computed, type Source as Node, sourcesOf } from "../core/node.ts";
import type { Term } from "../core/term.ts";
import { allFreeNames } from "../language/names.ts";
import type { Site } from "../language/problem.ts";
import { childAt, originOf, positionIn, siteAt } from "../language/site.ts";
import type { AutomatonValue } from "../language/value.ts";
import type { Definition } from "./definition.ts";
import { isMentioned } from "./mentions.ts";
import { isNamespace } from "./module.ts";
import { isDefinition } from "./origins.ts";
import type { Workspace } from "./workspace.ts";

/** A declaration, or an input or a file that is read by its cell's name. */
export type Reading = Definition | CellKey;

/** What a definition read itself, its chunks included. */
const direct = (definition: Definition): ReadonlySet<Reading> => {
  const found = new Set<Reading>();
  const todo: Node[] = [...sourcesOf(definition.node)];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    const { label } = node;
    if (label === definition && node instanceof Computed) todo.push(...sourcesOf(node));
    else if (isDefinition(label) || isCellLabel(label)) found.add(label);
  }
  found.delete(definition);
  return found;
};

/** Names and fields that stand in a term: of a file as a whole, only these are read. */
const words = (term: Term): ReadonlySet<string> => {
  const found = new Set<string>();
  const todo = [term];
  for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
    const { node } = one;
    if (node._tag === "Field" || node._tag === "Name") found.add(node.name);
    else if (node._tag === "Path") for (const name of node.names) found.add(name);
    todo.push(...(node.children as readonly Term[]));
  }
  return found;
};

/** All that was read for what `from` reads, near things first. */
const closure = (from: Iterable<Reading>, term: Term): readonly Reading[] => {
  const found = new Set(from);
  const wordsOf = new Map<Reading, Term>();
  for (const reading of found) {
    if (!isDefinition(reading)) continue;
    const { node } = reading.term ?? {};
    const reader = node?._tag === "Import" ? (wordsOf.get(reading) ?? term) : (reading.term ?? term);
    const asked = node?._tag === "Import" && node.as !== null ? words(reader) : null;
    for (const next of direct(reading)) {
      if (asked !== null && isDefinition(next) && !asked.has(next.name ?? "")) continue;
      if (!found.has(next) && isDefinition(next)) wordsOf.set(next, reader);
      found.add(next);
    }
  }
  return [...found];
};

/** A clause, or an expression that stands for clauses that cannot be told apart. */
interface Written {
  readonly definition: Definition;
  readonly term: Term;
  readonly site: Site;
}

const termAt = (root: Term, position: number): Term => {
  let [term, at] = [root, 0];
  while (at !== position) {
    let child = at + 1;
    const children = term.node.children as readonly Term[];
    let index = 0;
    while (child + children[index]!.size <= position) child += children[index++]!.size;
    [term, at] = [children[index]!, child];
  }
  return term;
};

const definitionAt = (workspace: Workspace, { module, declaration }: Site): Definition | undefined =>
  workspace.modules.get(module)?.definitions.get(declaration);

/** Where an automaton's clauses of one kind are written; `with` says them over those of its base. */
const clausesOf = (workspace: Workspace, { site }: AutomatonValue, tag: ClauseTag): readonly Written[] => {
  const definition = definitionAt(workspace, site);
  const root = definition?.term ?? null;
  const position = root === null ? null : positionIn(root, site);
  if (definition === undefined || root === null || position === null) return [];
  const term = termAt(root, position);
  const found: Written[] = [];
  for (const [index, child] of (term.node.children as readonly Term[]).entries())
    if (tagOfClause(child) === tag)
      found.push({ definition, term: child, site: siteAt(originOf(site), childAt(term, site.at, index)) });
  const overrides = found.length > 0 && !clauseOf(tag).merges;
  if (term.node._tag !== "With" || overrides) return found;
  const [base] = term.node.children;
  const named = base.node._tag === "Name" ? workspace.lookup(definition.file, base.node.name) : undefined;
  const value = named?.node.value;
  if (value?._tag === "Automaton") return [...clausesOf(workspace, value, tag), ...found];
  return [{ definition, term: base, site: siteAt(originOf(site), site.at + 1) }, ...found];
};

/** The cells of what a term asks for by names that are written out. */
interface Asked {
  readonly cells: ReadonlySet<CellKey>;
  /** The kinds of cells of which it computes a name: it may ask for any. */
  readonly computed: ReadonlySet<string>;
}

/** Inputs, and files that are read, which a term in a file asks for. */
const askedIn = (term: Term, file: string): Asked => {
  const [cells, computed] = [new Set<CellKey>(), new Set<string>()];
  const todo = [term];
  for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
    const children = one.node.children as readonly Term[];
    const called = one.node._tag === "Call" ? children[0]!.node : null;
    if (called?._tag === "Name" && (called.name === "input" || called.name === "read")) {
      const name = children[1]?.node;
      const isRead = called.name === "read";
      if (name?._tag !== "Str" || name.pieces.length !== 1) computed.add(isRead ? "File" : "Input");
      else cells.add(isRead ? fileCell(name.pieces[0]!, file) : inputCell(name.pieces[0]!));
    }
    todo.push(...children);
  }
  return { cells, computed };
};

/** Definitions whose value is the automaton: those that call the function that makes it. */
const callers = (workspace: Workspace, automaton: string, except: Definition): readonly Definition[] => {
  const found: Definition[] = [];
  for (const module of workspace.modules.values())
    for (const definition of module.definitions.values()) {
      const { value } = definition.node;
      if (definition !== except && value?._tag === "Automaton" && value.name === automaton)
        found.push(definition);
    }
  return found;
};

/** Definitions that read one: where a function is called whose automaton no declaration names. */
const readersOf = (workspace: Workspace, definition: Definition): readonly Definition[] =>
  [...workspace.modules.values()].flatMap(({ definitions }) =>
    [...definitions.values()].filter((one) => direct(one).has(definition)),
  );

/** What a pass read of a member, found again in the text. */
export interface Read {
  readonly clauses: readonly Site[];
  readonly readings: readonly Reading[];
}

/**
 * What the clauses of one kind (`Instances`, `Runs`, …) of an automaton were computed from.
 * `around`: the declarations in which it is composed, for what no declaration names.
 */
export const readsOf = (
  workspace: Workspace,
  automaton: AutomatonValue,
  tag: ClauseTag,
  around: readonly Site[],
): Read => {
  const clauses = clausesOf(workspace, automaton, tag);
  const readings = new Set<Reading>();
  for (const { definition, term } of clauses) {
    const module = workspace.modules.get(definition.file)!;
    const names = allFreeNames(term, (name) => isNamespace(module, name));
    const asked = askedIn(term, definition.file);
    const own = [...direct(definition)].filter((reading) =>
      isDefinition(reading)
        ? names.has(reading.name ?? "")
        : asked.cells.has(reading) || asked.computed.has(parseCell(reading)._tag),
    );
    const near = new Set<Reading>(own);
    // A parameter: its argument is found at the calls.
    const bound = [...names].some((name) => !isOwnName(name) && !isMentioned(definition.mentions, name));
    if (bound) {
      const all = callers(workspace, automaton.name, definition);
      for (const caller of all) near.add(caller);
      if (all.length === 0)
        for (const caller of around.flatMap((site) => definitionAt(workspace, site) ?? []))
          for (const one of caller === definition ? readersOf(workspace, definition) : [caller])
            for (const reading of direct(one)) if (typeof reading === "string") near.add(reading);
      near.delete(definition);
    }
    for (const reading of closure(near, term)) readings.add(reading);
  }
  return { clauses: clauses.map(({ site }) => site), readings: [...readings] };
};
