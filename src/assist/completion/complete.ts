/** What could be written at a place, for editors and the REPL alike. */
import { parseExpression } from "../../../grammar/expression.ts";
import { clauseOf, clauseTags } from "../../core/clauses.ts";
import { Terms } from "../../core/term.ts";
import { builtins } from "../../language/builtins/builtins.ts";
import { isComposable } from "../../language/composition/coerce.ts";
import { selfFields } from "../../language/evaluation/cells.ts";
import { basePayloads } from "../../language/names.ts";
import { providedText, requiredText } from "../../language/port-text.ts";
import { poison, type Value } from "../../language/value.ts";
import { askTerm } from "../../program/ask.ts";
import { observedOfAutomaton, observedOfHost } from "../../program/cells.ts";
import { joinPath } from "../../program/imports.ts";
import type { Module } from "../../program/module.ts";
import type { Workspace } from "../../program/workspace.ts";
import { cellDocs, signatureOfBuiltin } from "../about.ts";
import {
  type Candidate,
  declarations,
  detailOf,
  keyword,
  kindOfValue,
  localsIn,
  operands,
  sessions,
} from "./candidate.ts";
import { type Context, placeIn } from "./context.ts";
import { filtered } from "./filter.ts";
import { behindArrow, inRequirement, portsThatFit, type Try } from "./fit.ts";
import type { Before } from "./operand.ts";
export interface Completion {
  /** The candidates stand in place of the text from here to the offset. */
  readonly from: number;
  readonly candidates: readonly Candidate[];
}

/** Where something is completed: names of the file are known, and what else the text says. */
export interface Scene {
  readonly workspace: Workspace;
  readonly file: string;
  /** A declaration or an entry, with all that stands behind the place. */
  readonly text: string;
  readonly offset: number;
  /** Programs that could be imported. */
  readonly programs: () => readonly string[];
  /** A file that may be imported, but perhaps is not yet. */
  readonly module: (file: string) => Module | null;
}

/** The names by which a clause speaks of its automaton. */
const ownDetails = [
  ["self", "what the automaton is, and observes of itself"],
  ["requires", "where what it requires is found"],
  ["provides", "where it listens"],
] as const;

/** What follows `requires.` and `requires.kv.`, and the same of `provides`; the ports are those that the text says. */
function* portsNamed(written: string, around: string): Generator<Candidate> {
  const [word = "", port, ...rest] = written.split(".").map((part) => part.trim());
  if ((word !== "requires" && word !== "provides") || rest.length > 0) return;
  const field = (text: string, detail: string): Candidate => ({ text, kind: "field", detail, rank: 0 });
  if (port !== undefined) {
    if (word === "requires") yield field("host", "the name by which it is found");
    yield field("port", "its number, of a range the first");
    yield field("last", "the last number of a range");
    if (word === "requires") yield field("addr", "host and port");
    return;
  }
  const names = around.matchAll(new RegExp(`\\b${word}\\s+(\\w+)\\??\\s*:`, "g"));
  for (const name of new Set(Array.from(names, ([, name]) => name!)))
    yield field(name, `a port that it ${word}`);
}

class Completer {
  readonly #scene: Scene;
  /** What is typed already, in lower case. */
  readonly #typed: string;

  constructor(scene: Scene, typed: string) {
    this.#scene = scene;
    this.#typed = typed.toLowerCase();
  }

  *#globals(): Generator<readonly [string, Value]> {
    const { workspace, file } = this.#scene;
    for (const [name, { declared }] of workspace.modules.get(file)?.bindings ?? []) {
      const first = declared[0];
      if (first === undefined) continue;
      const value = workspace.valueOf(first);
      // Of thousands of names only those are described that are meant.
      if (value._tag === "Module" || name.toLowerCase().includes(this.#typed)) yield [name, value];
    }
  }

  #named(name: string, value: Value, rank = 1): Candidate {
    return { text: name, kind: kindOfValue(value), detail: detailOf(value), rank };
  }

  /** The value of what stands in front of the place. */
  #valueOf({ start, end }: Before): Value {
    const { term } = parseExpression(this.#scene.text.slice(start, end), new Terms());
    if (term === null) return poison;
    const { value, problems } = askTerm(this.#scene, term);
    return problems.length > 0 ? poison : value;
  }

  *expression(selfKnown: boolean): Generator<Candidate> {
    yield* localsIn(this.#scene.text);
    for (const [name, value] of this.#globals()) if (value._tag !== "Type") yield this.#named(name, value);
    for (const [name, { doc }] of builtins)
      yield { text: name, kind: "function", detail: signatureOfBuiltin(name), doc, rank: 2 };
    if (selfKnown) for (const [text, detail] of ownDetails) yield { text, kind: "value", detail, rank: 1 };
    yield { text: "host", kind: "value", detail: "what is known of the host", rank: 2 };
    yield { text: "internet", kind: "value", detail: "all hosts outside", rank: 2 };
    yield* operands;
  }

  *session(): Generator<Candidate> {
    for (const [name, value] of this.#globals())
      if (["Protocol", "Fn"].includes(value._tag) || this.#holds(value, "Protocol"))
        yield this.#named(name, value, 0);
    for (const local of localsIn(this.#scene.text)) yield { ...local, rank: 2 };
    yield* sessions;
  }

  *payload(): Generator<Candidate> {
    for (const [name, value] of this.#globals())
      if (value._tag === "Type" || this.#holds(value, "Type")) yield this.#named(name, value, 0);
    for (const text of basePayloads) yield { text, kind: "type", detail: "a payload type", rank: 1 };
  }

  #holds(value: Value, tag: Value["_tag"]): boolean {
    return value._tag === "Module" && [...value.fields.values()].some((field) => field._tag === tag);
  }

  *field(owner: Before, selfKnown: boolean): Generator<Candidate> {
    const cell =
      (of: string) =>
      (text: string): Candidate => ({
        text,
        kind: "field",
        detail: cellDocs[text] ?? `observed of ${of}`,
        rank: 0,
      });
    const written = this.#scene.text.slice(owner.start, owner.end).trim();
    if (written === "self" && selfKnown)
      yield* [...observedOfAutomaton, ...selfFields].map(cell("the automaton"));
    if (selfKnown) yield* portsNamed(written, this.#scene.text);
    if (written === "host") yield* observedOfHost.map(cell("the host"));
    const value = this.#valueOf(owner);
    if (value._tag === "Record" || value._tag === "Module")
      for (const [name, field] of value.fields)
        yield {
          ...this.#named(name, field, 0),
          ...(value._tag === "Record" ? { kind: "field" as const } : {}),
        };
    if (value._tag === "Automaton") {
      for (const port of value.provides)
        yield { text: port.name, kind: "port", detail: providedText(port), rank: 0 };
      for (const port of value.requires)
        yield { text: port.name, kind: "port", detail: requiredText(port), rank: 0 };
    }
  }

  /** Names whose value passes; of others the ports that do. */
  *#fitting(fits: Try): Generator<Candidate> {
    const fitting = function* (self: Completer, name: string, value: Value): Generator<Candidate> {
      if (fits(value)) yield self.#named(name, value, 0);
      else
        for (const port of portsThatFit(value, fits))
          yield { text: `${name}.${port}`, kind: "port", detail: `the port ${port} of ${name}`, rank: 1 };
    };
    for (const [name, value] of this.#globals()) {
      if (value._tag !== "Module") yield* fitting(this, name, value);
      else for (const [field, inner] of value.fields) yield* fitting(this, `${name}.${field}`, inner);
    }
  }

  /** What fits; where what it must fit is not known, whatever can be composed. */
  *fit(against: Value, fits: Try): Generator<Candidate> {
    if (against._tag === "Poison") {
      for (const [name, value] of this.#globals())
        if (["Automaton", "Composition", "Module", "Fn"].includes(value._tag)) yield this.#named(name, value);
      yield* localsIn(this.#scene.text);
      return;
    }
    yield* this.#fitting(fits);
  }

  *argument(context: Extract<Context, { _tag: "Argument" }>): Generator<Candidate> {
    const callee = this.#valueOf(context.callee);
    const { name, given } = context;
    if (isComposable(callee)) {
      if (name !== null) return yield* this.fit(callee, inRequirement(callee, name));
      const ports = callee._tag === "Automaton" ? callee.requires : [];
      for (const port of ports)
        if (!given.includes(port.name))
          yield {
            text: `${port.name} = `,
            kind: "argument",
            detail: requiredText(port),
            rank: 0,
          };
      return;
    }
    if (callee._tag === "Fn" && name === null)
      for (const child of callee.closure.term.node.children as readonly (typeof callee.closure.term)[])
        if (child.node._tag === "Param" && !given.includes(child.node.name))
          yield { text: `${child.node.name} = `, kind: "argument", detail: "a parameter", rank: 2 };
    yield* this.expression(false);
  }

  *imported(path: string, given: readonly string[]): Generator<Candidate> {
    const { workspace, file, module: open } = this.#scene;
    const module = open(joinPath(path, file));
    for (const [name, { declared }] of module?.bindings ?? []) {
      const first = declared[0];
      if (first !== undefined && !given.includes(name)) yield this.#named(name, workspace.valueOf(first), 0);
    }
  }

  *path(): Generator<Candidate> {
    const { file } = this.#scene;
    const folder = file.slice(0, file.lastIndexOf("/") + 1);
    for (const program of this.#scene.programs()) {
      if (program === file) continue;
      const text = relative(folder, program);
      yield { text, kind: "file", detail: "a program", rank: text.startsWith("./") ? 0 : 1 };
    }
  }

  *of(context: Context): Generator<Candidate> {
    switch (context._tag) {
      case "Nothing":
        return;
      case "Declaration":
        return yield* declarations;
      case "Words":
        return yield* context.words.map((word) => keyword(word));
      case "Clause":
        for (const { word, form, doc, repeats } of clauseTags.map(clauseOf))
          if (repeats || !context.used.has(word)) yield { ...keyword(word, form), doc, rank: 0 };
        if (!context.first) yield* optionsOf(context.used);
        return;
      case "Session":
        if (context.each) yield keyword("each", "each PROTOCOL");
        return yield* this.session();
      case "Payload":
        return yield* this.payload();
      case "Field":
        return yield* this.field(context.owner, context.selfKnown);
      case "Arrow": {
        const left = this.#valueOf(context.left);
        return yield* this.fit(left, behindArrow(left, context.op));
      }
      case "Argument":
        return yield* this.argument(context);
      case "Imported":
        return yield* this.imported(context.path, context.given);
      case "Path":
        return yield* this.path();
      case "Expression":
        return yield* this.expression(context.selfKnown);
    }
  }
}

/** The words that may go on with the clauses that there are. */
const optionsOf = (used: ReadonlySet<string>): readonly Candidate[] =>
  clauseTags
    .map(clauseOf)
    .filter(({ word }) => used.has(word))
    .flatMap(({ options }) =>
      Object.entries(options).map(([word, argument]) => keyword(word, `${word} ${argument}`)),
    );

/** `./lib.arch`, `../other/lib.arch` */
const relative = (folder: string, file: string): string => {
  const [from, to] = [folder.split("/").slice(0, -1), file.split("/")];
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared++;
  const up = "../".repeat(from.length - shared);
  return `${up === "" ? "./" : up}${to.slice(shared).join("/")}`;
};
export const complete = (scene: Scene): Completion => {
  const { context, from } = placeIn(scene.text, scene.offset);
  const typed = scene.text.slice(from, scene.offset);
  return { from, candidates: filtered(new Completer(scene, typed).of(context), typed) };
};
