/** What there is to say of a thing: what it is, how it would be written, what its author says of it. */

import { Lexer } from "../../grammar/lexer.ts";
import { linesOf } from "../core/lines.ts";
import { builtins } from "../language/builtins/builtins.ts";
import type { Fact, Target } from "../language/composition/composition.ts";
import { leaves } from "../language/composition/facts.ts";
import { kindOf } from "../language/describe.ts";
import { providedText, requiredText } from "../language/port-text.ts";
import { showSession } from "../language/protocol/show.ts";
import type { CompositionValue, Value } from "../language/value.ts";
import type { Definition } from "../program/definition.ts";
import { offsetOf } from "../program/module.ts";
import type { Workspace } from "../program/workspace.ts";
import type { Entity, Port } from "./entity.ts";
import { textOf } from "./spot.ts";
import { written } from "./written.ts";

export interface About {
  /** In the language's notation. */
  readonly code: string;
  /** What it is, as a sentence's beginning: `an automaton`. */
  readonly kind: string;
  /** The comment in front of it, or a line on what is built in. */
  readonly doc: string | null;
}

const targets = (to: readonly Target[]): string =>
  to.map(({ automaton, port }) => `${automaton}.${port}`).join(" | ");

/** `a.req => b.port`; null for what is no wire and no publication. */
export const writtenFact = (fact: Fact): string | null => {
  switch (fact._tag) {
    case "Member":
      return null;
    case "Wire":
      return `${fact.from}.${fact.requirement} ${fact.kind === "request" ? "=>" : "->"} ${targets(fact.to)}`;
    case "Publish":
      return `publish(${targets(fact.to)}, ${fact.hostPort})`;
  }
};

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export interface Content {
  readonly automata: readonly string[];
  readonly wires: readonly string[];
  readonly publications: readonly string[];
}

/** What a composition holds, each once, in the order in which it is written. */
export const contentOf = ({ composition }: CompositionValue): Content => {
  const automata = new Set<string>();
  const wires = new Set<string>();
  const publications = new Set<string>();
  for (const fact of leaves(composition.facts)) {
    const text = writtenFact(fact);
    if (fact._tag === "Member") automata.add(fact.automaton.name);
    else if (fact._tag === "Wire") wires.add(text!);
    else publications.add(text!);
  }
  return { automata: [...automata], wires: [...wires], publications: [...publications] };
};

/** `a composition of 4 automata with 3 wires` */
export const kindOfComposition = ({ automata, wires, publications }: Content): string => {
  const parts = [
    counted(automata.length, "automaton", "automata"),
    counted(wires.length, "wire", "wires"),
    ...(publications.length === 0 ? [] : [counted(publications.length, "published port", "published ports")]),
  ];
  return `a composition of ${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
};

const mostLines = 20;

const lines = (all: readonly string[]): string =>
  (all.length <= mostLines
    ? all
    : [...all.slice(0, mostLines), `-- and ${all.length - mostLines} more`]
  ).join("\n");

/** A value under the name that it goes by, if it has one. */
export const aboutValue = (value: Value, name: string | null = null, width = 80): Omit<About, "doc"> => {
  const named = (text: string): string => (name === null ? text : `${name} = ${text}`);
  switch (value._tag) {
    case "Composition": {
      const content = contentOf(value);
      const all = [...content.wires, ...content.publications];
      return { code: lines(all.length === 0 ? content.automata : all), kind: kindOfComposition(content) };
    }
    case "Protocol":
      return { code: `protocol ${name ?? "_"} = ${written(value, width)}`, kind: "a protocol" };
    case "Type":
      return { code: `type ${name ?? "_"} = ${written(value, width)}`, kind: "a payload type" };
    case "Automaton":
    case "Fn":
      return { code: written(value, width), kind: kindOf(value) };
    case "Builtin":
      return { code: signatureOfBuiltin(value.name), kind: "a built-in function" };
    case "Module":
      return {
        code: [...value.fields].map(([field, of]) => `${field}: ${kindOf(of)}`).join("\n"),
        kind: `the imported file ${value.file}`,
      };
    default:
      return { code: named(written(value, width)), kind: kindOf(value) };
  }
};

/** `clamp(value, low, high)` */
export const signatureOfBuiltin = (name: string): string => {
  const builtin = builtins.get(name);
  if (builtin === undefined) return name;
  return `${name}(${builtin.parameters.join(", ")}${builtin.variadic === true ? ", …" : ""})`;
};

/** The comment that stands right in front of a declaration, or else behind its first line. */
export const commentOf = (workspace: Workspace, { file, declaration }: Definition): string | null => {
  const module = workspace.modules.get(file);
  if (module === undefined) return null;
  const base = offsetOf(module, declaration);
  const before = module.document.slice(Math.max(0, base - 4000), base);
  const comment: string[] = [];
  for (const line of linesOf(before).slice(0, -1).reverse()) {
    const text = /^\s*--\s?(.*)$/.exec(line);
    if (text === null) break;
    comment.unshift(text[1]!);
  }
  if (comment.length > 0) return comment.join("\n");
  const first = linesOf(textOf({ module, declaration, base }))[0]!;
  const lexer = new Lexer(first);
  while (lexer.next() !== null);
  const behind = lexer.comments.find(({ start }) => first.startsWith("--", start));
  return behind === undefined
    ? null
    : first
        .slice(behind.start)
        .replace(/^--\s?/, "")
        .trimEnd();
};

/** What `self` and `host` know, for people. */
export const cellDocs: Readonly<Record<string, string>> = {
  connections: "connections that are established to its services",
  connectionRate: "new connections to its services, per second",
  bytesPerSecond: "bytes to and from its instances, per second",
  cpu: "processor cores in use by its instances",
  ready: "its instances that are ready",
  index: "the number of the instance, from 0",
  name: "the name of the automaton",
  cpus: "processors of the host",
  memory: "bytes of memory of the host",
};

export const aboutPort = ({ role, port }: Port): Omit<About, "doc"> => ({
  code: `${role === "provides" ? providedText(port) : requiredText(port)}\n-- ${showSession(port.protocol, { length: 300 })}`,
  kind: role === "provides" ? "a provided port" : "a required port",
});

/** Null where nothing is known of it, as of a parameter. */
export const aboutEntity = (workspace: Workspace, entity: Entity): About | null => {
  switch (entity._tag) {
    case "Local":
      return null;
    case "Definition": {
      const { definition } = entity;
      const value = workspace.valueOf(definition);
      if (value._tag === "Poison") return null;
      return { ...aboutValue(value, definition.name), doc: commentOf(workspace, definition) };
    }
    case "Port":
      return { ...aboutPort(entity.port), doc: null };
    case "Builtin":
      if (entity.name === "host")
        return { code: "host", kind: "the host", doc: "`host.cpus` and `host.memory`" };
      if (entity.name === "internet")
        return {
          code: "internet",
          kind: "an external automaton that is always there",
          doc: "All hosts outside: `x => internet` lets x open connections to them, at any port.",
        };
      return {
        code: signatureOfBuiltin(entity.name),
        kind: "a built-in function",
        doc: builtins.get(entity.name)?.doc ?? null,
      };
    case "Payload":
      return { code: entity.name, kind: "a payload type", doc: "always there" };
  }
};
