/** Values for people: as one would write them, elided where they are long or deep. */
import type { Term } from "../core/term.ts";
import { showQuantity } from "./number/unit.ts";
import { showPayload, showSession } from "./protocol/show.ts";
import { quote } from "./quote.ts";
import { elements } from "./rope.ts";
import { shownText } from "./secret.ts";
import { showAutomaton, showComposition } from "./show-automaton.ts";
import type { ListValue, Value } from "./value.ts";

export interface ShowOptions {
  /** Columns; lists and records that are wider are broken into lines. */
  readonly width?: number;
  /** Elements shown of one list or record. */
  readonly elements?: number;
  /** Lists and records shown within one another. */
  readonly depth?: number;
  /** Characters shown of one string. */
  readonly characters?: number;
}

interface Bounds extends Required<ShowOptions> {
  /** Values that may still be shown in all. */
  left: number;
}

const defaults: Bounds = { width: 100, elements: 100, depth: 12, characters: 10_000, left: 10_000 };

/** `f(a, b = …)`: how a function is called. */
export const signature = (name: string, term: Term): string => {
  const parameters: string[] = [];
  for (const child of term.node.children as readonly Term[]) {
    if (child.node._tag !== "Param") break;
    parameters.push(child.node.children.length === 0 ? child.node.name : `${child.node.name} = …`);
  }
  return `${name}(${parameters.join(", ")})`;
};

/** However much is asked for: deeper values are no longer read by anyone. */
const maxDepth = 100;

/** A value that holds no other values, on one line. */
const atom = (value: Exclude<Value, ListValue | { _tag: "Record" }>, bounds: Bounds): string => {
  switch (value._tag) {
    case "Quantity":
      return showQuantity(value.quantity);
    case "String":
      return value.text.length > bounds.characters
        ? `${quote(value.text.slice(0, bounds.characters)).slice(0, -1)}…"`
        : quote(value.text);
    case "Secret":
      return value.pieces.length === 1 ? shownText(value.pieces) : quote(shownText(value.pieces));
    case "Bool":
      return value.value ? "true" : "false";
    case "Fn":
      return signature("fn", value.closure.term);
    case "Builtin":
      return value.name;
    case "Protocol":
      return showSession(value.session, { length: bounds.characters });
    case "Type":
      return showPayload(value.payload, { length: bounds.characters });
    case "Automaton":
      return `<automaton ${value.name}>`;
    case "Composition":
      return "<composition>";
    case "Module":
      return `<module ${quote(value.file)}>`;
    case "Self":
      return "self";
    case "Host":
      return "host";
    case "Poison":
      return "<error>";
  }
};

/** The parts of a list or record, elided. Null for a value that has none. */
const partsOf = (value: Value, bounds: Bounds): readonly (readonly [string, Value])[] | null => {
  if (value._tag !== "List" && value._tag !== "Record") return null;
  const parts: (readonly [string, Value])[] = [];
  if (value._tag === "Record") for (const [name, field] of value.fields) parts.push([`${name} = `, field]);
  else {
    for (const element of elements(value)) {
      if (parts.length >= bounds.elements) break;
      parts.push(["", element]);
    }
  }
  return parts.slice(0, bounds.elements);
};

const render = (value: Value, indent: string, prefix: number, depth: number, bounds: Bounds): string => {
  const parts = partsOf(value, bounds);
  bounds.left--;
  if (parts === null) return atom(value as Parameters<typeof atom>[0], bounds);
  const isList = value._tag === "List";
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  const all = isList ? value.length : value._tag === "Record" ? value.fields.size : 0;
  if (all === 0) return open + close;
  if (depth === 0 || bounds.left < parts.length) return `${open}…${close}`;
  const inner = `${indent}  `;
  const lines = parts.map(
    ([name, part]) => name + render(part, inner, inner.length + name.length, depth - 1, bounds),
  );
  if (parts.length < all) lines.push(`… ${(all - parts.length).toLocaleString("en")} more`);
  const space = isList ? "" : " ";
  const flat = `${open}${space}${lines.join(", ")}${space}${close}`;
  if (prefix + flat.length <= bounds.width && !flat.includes("\n")) return flat;
  return `${open}\n${lines.map((line) => inner + line).join(",\n")}\n${indent}${close}`;
};

/**
 * A value as a person would write it. What has no notation stands in `<…>`, and so do
 * automata and compositions within others.
 */
export const show = (value: Value, options: ShowOptions = {}): string => {
  const bounds = { ...defaults, ...options };
  if (value._tag === "Automaton") return showAutomaton(value);
  if (value._tag === "Composition") return showComposition(value.composition, bounds.elements);
  return render(value, "", 0, Math.min(bounds.depth, maxDepth), bounds);
};
