/** From `set NAME=VALUE` to the cell it means, or to what is wrong with it. */
import { type CellKey, inputCell, observedCell } from "../core/cell-key.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { compareNames } from "../core/natural.ts";
import { nearest } from "../core/nearest.ts";
import { describe } from "../language/describe.ts";
import { plain } from "../language/quantity.ts";
import type { Value } from "../language/value.ts";
import { observedOfAutomaton, observedOfHost } from "./cells.ts";
import { literalValue } from "./literal.ts";
import type { Program } from "./program.ts";

/** An input, or an observed cell, and what it is to be in the language's notation. */
export interface Assignment {
  readonly name: string;
  readonly text: string;
}

/** The cell that a name means with its value, or why there is none. */
export type Setting =
  | { readonly _tag: "Input"; readonly name: string; readonly value: Value }
  | { readonly _tag: "Observed"; readonly cell: CellKey<number>; readonly value: number }
  | { readonly _tag: "Refused"; readonly diagnostic: Diagnostic };

const sameKind = (a: Value, b: Value): boolean =>
  a._tag === b._tag &&
  (a._tag !== "Quantity" || b._tag !== "Quantity" || a.quantity.dimension === b.quantity.dimension);

const valueLike = (example: Value | null, given: string | number | boolean): Value | undefined => {
  if (typeof given === "boolean") return { _tag: "Bool", value: given };
  if (typeof given === "number") return { _tag: "Quantity", quantity: plain(given) };
  if (example?._tag === "String") return { _tag: "String", text: given };
  return literalValue(given) ?? undefined;
};

/** Finds the cell that a name means, and reads the value as one of its kind. */
export const settingOf = (program: Program, name: string, given: string | number | boolean): Setting => {
  const refused = (code: Diagnostic["code"], message: string, hint: string): Setting => {
    const start = { line: 1, column: 1 };
    const hints = [{ message: hint }];
    return {
      _tag: "Refused",
      diagnostic: {
        code,
        severity: "error",
        message,
        file: program.file,
        range: { start, end: start },
        hints,
      },
    };
  };
  const { cells } = program.workspace;
  const example = cells.exampleOf(name);
  if (example !== undefined) {
    const value = valueLike(example, given);
    if (value !== undefined && sameKind(value, example)) return { _tag: "Input", name, value };
    const got = value === undefined ? JSON.stringify(given) : describe(value);
    return refused(
      "type-mismatch",
      `${name} takes ${describe(example)} or the like, not ${got}`,
      "the kind of an input is that of its default",
    );
  }
  // Asked for by an equation in a branch that it did not go when it was tried: it says itself if the kind is wrong.
  if (program.augmentation.reads(inputCell(name)))
    return { _tag: "Input", name, value: valueLike(null, given) ?? { _tag: "String", text: `${given}` } };
  const dot = name.lastIndexOf(".");
  const [of, cell] = [name.slice(0, dot), name.slice(dot + 1)];
  const known: readonly string[] =
    of === "host" ? observedOfHost : program.augmentation.get(of) === undefined ? [] : observedOfAutomaton;
  if (known.includes(cell)) {
    const number = typeof given === "number" ? given : Number(given);
    if (typeof given !== "boolean" && Number.isFinite(number) && number >= 0) {
      return { _tag: "Observed", cell: observedCell(of, cell), value: number };
    }
    return refused(
      "type-mismatch",
      `${name} takes a number, at least 0`,
      "it is measured in the units of the language's reference",
    );
  }
  const inputs = [...cells.inputs()].sort(compareNames);
  const close = nearest(name, inputs);
  const hint =
    close !== null
      ? `did you mean ${close}?`
      : inputs.length > 0
        ? `its inputs are ${inputs.join(", ")}`
        : "it has no inputs";
  return refused("unknown-name", `the program has no input ${name}`, hint);
};
