/** From words to a goal: `scale cart 5`, `set cart.env.MODE fast`, `delete cart.kv => store.kv`. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { nearest } from "../core/nearest.ts";
import { quote } from "../language/quote.ts";
import { ask } from "../program/ask.ts";
import type { Program } from "../program/program.ts";
import { settable } from "./clause-text.ts";
import { type Goal, type Refusal, refuse } from "./goal.ts";
import { goalForms, goalVerbs } from "./goal-forms.ts";

const isName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);

const misread = (verb: string): Either<Refusal, Goal> => {
  const forms = goalForms.filter((form) => form.startsWith(`${verb} `));
  return left(refuse(`\`${verb}\` is not understood so`, ...forms.map((form) => `write \`${form}\``)));
};

/** `automaton`, or `automaton.port`; the longest name that the system has counts. */
const endOf = (program: Program, text: string): readonly [string, string | null] => {
  if (program.augmentation.get(text) !== undefined) return [text, null];
  const dot = text.lastIndexOf(".");
  return dot < 0 ? [text, null] : [text.slice(0, dot), text.slice(dot + 1)];
};

/** What is written for a variable: an expression as it is, any other text as a string. */
const variableText = (program: Program, text: string): string => {
  const isExpression = /^["(]|^\w+\(|^-?\d+$/.test(text) && ask(program, text).diagnostics.length === 0;
  return isExpression ? text : quote(text);
};

const readSet = (program: Program, path: string, text: string): Either<Refusal, Goal> => {
  if (program.workspace.cells.exampleOf(path) !== undefined)
    return right({ _tag: "SetInput", name: path, text });
  const [automaton, word, ...rest] = path.split(".");
  if (automaton === undefined || word === undefined) {
    const close = nearest(path, [...program.workspace.cells.inputs()]);
    return left(
      refuse(
        `the program has no input ${path}`,
        close === null ? "a clause is set by `set AUTOMATON.CLAUSE VALUE`" : `did you mean ${close}?`,
      ),
    );
  }
  if (word === "env" && rest.length === 1)
    return right({ _tag: "Set", automaton, word, name: rest[0]!, text: variableText(program, text) });
  if (word === "instances" && /^\d+$/.test(text))
    return right({ _tag: "Scale", automaton, count: Number(text) });
  if (word === "provides" && rest.length === 1 && /^\d{1,5}$/.test(text))
    return right({ _tag: "Set", automaton, word, name: rest[0]!, text });
  if (rest.length === 0 && settable.includes(word)) {
    if (word === "name") return right({ _tag: "Rename", automaton, to: text.replace(/^"(.*)"$/, "$1") });
    return right({ _tag: "Set", automaton, word, name: null, text });
  }
  const close = nearest(word, [...settable, "env"]);
  return left(
    refuse(
      `there is no clause ${[word, ...rest].join(".")} that can be set`,
      close === null || close === word
        ? `those are ${settable.join(", ")}, env.VARIABLE and provides.PORT`
        : `did you mean ${close}?`,
    ),
  );
};

const readWire = (program: Program, verb: string, from: string, to: string | null): Either<Refusal, Goal> => {
  const [automaton, requirement] = endOf(program, from);
  const [provider, port] = to === null ? [null, null] : endOf(program, to);
  if (verb === "wire" && provider !== null)
    return right({ _tag: "Wire", from: automaton, requirement, to: provider, port });
  if (verb === "rewire" && requirement !== null)
    return right({ _tag: "Rewire", from: automaton, requirement, to: provider, port });
  return misread(verb);
};

const readDelete = (program: Program, words: readonly string[]): Either<Refusal, Goal> => {
  const [what, arrow, to, ...more] = words;
  if (what === undefined || more.length > 0) return misread("delete");
  const published = /^(?:publication|:)$/.test(what) ? arrow : /^:\d/.test(what) ? what.slice(1) : undefined;
  if (published !== undefined) {
    const [, port, transport] = /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(published) ?? [];
    if (port === undefined || to !== undefined) return misread("delete");
    return right({
      _tag: "DeletePublication",
      hostPort: Number(port),
      transport: transport === "tcp" || transport === "udp" ? transport : null,
    });
  }
  if (arrow === undefined) {
    const [automaton, requirement] = endOf(program, what);
    return right(
      requirement === null
        ? { _tag: "Delete", automaton }
        : { _tag: "DeleteWire", from: automaton, requirement, to: null, port: null },
    );
  }
  if ((arrow !== "=>" && arrow !== "->") || to === undefined) return misread("delete");
  const [from, requirement] = endOf(program, what);
  const [provider, port] = endOf(program, to);
  return right({ _tag: "DeleteWire", from, requirement, to: provider, port });
};

/** The goal that words mean in a program; on the left what is wrong with them. */
export const readGoal = (program: Program, text: string): Either<Refusal, Goal> => {
  const spaced = text.trim().replace(/\s*(=>|->)\s*/, " $1 ");
  const [verb = "", ...words] = spaced.split(/\s+/);
  const [first, second, third] = words;
  switch (verb) {
    case "scale": {
      const isCount = second !== undefined && /^\d{1,9}$/.test(second);
      if (first === undefined || !isCount || words.length > 2) return misread(verb);
      return right({ _tag: "Scale", automaton: first, count: Number(second) });
    }
    case "set": {
      const rest = /^\S+\s+(\S+)\s*(?:=\s*)?([\s\S]+)$/.exec(text.trim());
      const assigned = /^\S+\s+([^\s=]+)\s*=?\s*([\s\S]+)$/.exec(text.trim()) ?? rest;
      return assigned === null ? misread(verb) : readSet(program, assigned[1]!, assigned[2]!.trim());
    }
    case "rename":
    case "copy": {
      if (first === undefined || second === undefined || words.length > 2) return misread(verb);
      // A name that is written as a string may have dashes.
      if (!isName(verb === "rename" ? second.replaceAll("-", "_") : second))
        return left(refuse(`${JSON.stringify(second)} is no name`, "a name is letters, digits and _"));
      return right({ _tag: verb === "copy" ? "Copy" : "Rename", automaton: first, to: second });
    }
    case "delete":
      return readDelete(program, words);
    case "wire":
    case "rewire": {
      if (first === undefined || words.length > 3) return misread(verb);
      if (second === undefined) return readWire(program, verb, first, null);
      if (third === undefined || (second !== "=>" && second !== "->")) return misread(verb);
      return readWire(program, verb, first, third);
    }
    case "publish": {
      const [automaton, port] = first === undefined ? [null, null] : endOf(program, first);
      if (automaton === null || port === null || second === undefined || words.length > 2)
        return misread(verb);
      if (!/^\d{1,5}$/.test(second)) return misread(verb);
      return right({ _tag: "Publish", automaton, port, hostPort: Number(second) });
    }
    default: {
      const close = nearest(verb, goalVerbs);
      return left(
        refuse(
          verb === "" ? "an edit is said in words" : `there is no edit called ${verb}`,
          close === null ? `the edits are ${goalVerbs.join(", ")}` : `did you mean ${close}?`,
        ),
      );
    }
  }
};
