/** Built-in functions of lists and records. */

import { grouped } from "../../core/tally.ts";
import { equalWithin } from "../evaluation/bounded.ts";
import type { Rule } from "../evaluation/machine.ts";
import { plain } from "../quantity.ts";
import { elements, emptyList, joinAll, listOf } from "../rope.ts";
import { number, poison, text, truth, type Value } from "../value.ts";
import {
  type Builtin,
  type Context,
  type Given,
  limitExceeded,
  listOfArgument,
  mismatch,
  textOf,
} from "./builtin.ts";
import { lengthOfText } from "./texts.ts";

const length: Builtin = {
  parameters: ["of"],
  doc: "the number of elements of a list, fields of a record, or characters of a string",
  run: ([arg], context) => {
    const { value } = arg!;
    if (value._tag === "List") return number(plain(value.length));
    if (value._tag === "Record") return number(plain(value.fields.size));
    if (value._tag !== "String") return mismatch(arg!, "a list, a record or a string", context);
    return context.machine.charge(value.text.length >>> 6) ? lengthOfText(value.text) : poison;
  },
};

/** Whether a value can be called; reported where it cannot. */
const callable = (arg: Given, context: Context): boolean => {
  if (arg.value._tag === "Fn" || arg.value._tag === "Builtin") return true;
  mismatch(arg, "a function", context);
  return false;
};

function* mapping(callee: Value, over: Iterable<Value>, context: Context): Rule {
  const results: Value[] = [];
  for (const element of over) results.push(yield context.call(callee, [element]));
  return listOf(results);
}

const map: Builtin = {
  parameters: ["function", "list"],
  doc: "the list of what a function makes of each element",
  run: ([callee, arg], context) => {
    const list = listOfArgument(arg!, context);
    if (!callable(callee!, context) || list === null) return poison;
    return mapping(callee!.value, elements(list), context);
  },
};

function* filtering(callee: Value, over: Iterable<Value>, context: Context): Rule {
  const kept: Value[] = [];
  for (const element of over) {
    const verdict = yield context.call(callee, [element]);
    if (verdict._tag === "Poison") return poison;
    if (verdict._tag !== "Bool") {
      const given: Given = { value: verdict, site: context.site, literal: false };
      return mismatch(given, "a function that gives true or false", context);
    }
    if (verdict.value) kept.push(element);
  }
  return listOf(kept);
}

const filter: Builtin = {
  parameters: ["function", "list"],
  doc: "the elements for which a function gives true",
  run: ([callee, arg], context) => {
    const list = listOfArgument(arg!, context);
    if (!callable(callee!, context) || list === null) return poison;
    return filtering(callee!.value, elements(list), context);
  },
};

function* folding(callee: Value, initial: Value, over: Iterable<Value>, context: Context): Rule {
  let folded = initial;
  for (const element of over) {
    folded = yield context.call(callee, [folded, element]);
    if (folded._tag === "Poison") return poison;
  }
  return folded;
}

const fold: Builtin = {
  parameters: ["function", "initial", "list"],
  doc: "f(… f(f(initial, first), second) …, last)",
  run: ([callee, initial, arg], context) => {
    const list = listOfArgument(arg!, context);
    if (!callable(callee!, context) || list === null) return poison;
    return folding(callee!.value, initial!.value, elements(list), context);
  },
};

const concat: Builtin = {
  parameters: ["lists"],
  variadic: true,
  doc: "the elements of some lists in one list",
  run: (args, context) => {
    const lists = args.map((arg) => listOfArgument(arg, context));
    const { size } = context.machine.world.limits;
    let total = 0;
    for (const list of lists) {
      if (list === null) return poison;
      total += list.length;
    }
    if (total > size) return limitExceeded(`this list has ${grouped(total, "element")}`, size, context);
    return joinAll(lists.map((list) => list ?? emptyList));
  },
};

const fields = (doc: string, of: (name: string, value: Value) => Value): Builtin => ({
  parameters: ["record"],
  doc,
  run: ([arg], context) =>
    arg!.value._tag === "Record"
      ? listOf([...arg!.value.fields].map(([name, value]) => of(name, value)))
      : mismatch(arg!, "a record", context),
});

const contains: Builtin = {
  parameters: ["in", "sought"],
  doc: "whether a list has an element, a record a field, or a string a part",
  run: ([arg, soughtArg], context) => {
    const { value } = arg!;
    const sought = soughtArg!.value;
    const { machine } = context;
    if (value._tag === "String" || value._tag === "Record") {
      const part = textOf(
        soughtArg!,
        context,
        value._tag === "String" ? "a string in a string" : "the name of a field",
      );
      if (part === null) return poison;
      if (value._tag === "Record") return truth(value.fields.has(part));
      return machine.charge(value.text.length >>> 4) ? truth(value.text.includes(part)) : poison;
    }
    if (value._tag !== "List") return mismatch(arg!, "a list, a record or a string", context);
    if (!machine.charge(value.length)) return poison;
    for (const element of elements(value)) {
      const verdict = equalWithin(element, sought, machine, context.site);
      if (verdict === null) return poison;
      if (verdict) return truth(true);
    }
    return truth(false);
  },
};

export const listBuiltins: Readonly<Record<string, Builtin>> = {
  concat,
  contains,
  filter,
  fold,
  keys: fields("the names of a record's fields, sorted", (name) => text(name)),
  length,
  map,
  values: fields("the values of a record's fields, in the order of their names", (_, value) => value),
};
