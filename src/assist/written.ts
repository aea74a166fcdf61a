/** Values as they would be written in a program: also protocols and automata. */
import { format, print } from "../../grammar/printer.ts";
import { automatonText } from "../language/clause-text.ts";
import { showPayload, showSession } from "../language/protocol/show.ts";
import { quote } from "../language/quote.ts";
import { show, signature } from "../language/show.ts";
import type { AutomatonValue, Value } from "../language/value.ts";

/** The text of a declaration with its lines set anew, without what stands before it. */
const set = (before: string, text: string): string => {
  const formatted = format(`${before}${text}\n`);
  return formatted._tag === "Formatted" ? formatted.text.trimEnd().slice(before.length) : text;
};

/** Longer protocols are broken off, and so cannot be set in lines. */
const longest = 4000;

const isName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);

/** An automaton as a person would write it, its equations as they are written. */
export const writtenAutomaton = (automaton: AutomatonValue): string => {
  const name = isName(automaton.name) ? automaton.name : quote(automaton.name);
  return automatonText(`automaton ${name}`, automaton, print);
};

/** A value as a person would write it, in lines of a width. Compositions are told otherwise. */
export const written = (value: Value, width = 100): string => {
  switch (value._tag) {
    case "Protocol":
      return set("protocol P = ", showSession(value.session, { length: longest }));
    case "Type":
      return set("type T = ", showPayload(value.payload, { length: longest }));
    case "Automaton":
      return writtenAutomaton(value);
    case "Fn":
      return value.name === null
        ? signature("fn", value.closure.term)
        : signature(value.name, value.closure.term);
    default:
      return show(value, { width });
  }
};
