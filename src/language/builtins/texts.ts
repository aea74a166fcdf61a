/** Built-in functions of strings. */
import { showQuantity } from "../number/unit.ts";
import { plain } from "../quantity.ts";
import { elements, listOf } from "../rope.ts";
import { number, poison, text, type Value } from "../value.ts";
import { type Builtin, type Context, type Given, limitExceeded, mismatch, textOf } from "./builtin.ts";
import { dotenv } from "./dotenv.ts";

/** What `${…}` writes for a value; null for one that has no obvious text. */
export const asText = (value: Value): string | null => {
  switch (value._tag) {
    case "String":
      return value.text;
    case "Quantity":
      return showQuantity(value.quantity);
    case "Bool":
      return value.value ? "true" : "false";
    case "Secret":
    case "List":
    case "Record":
    case "Fn":
    case "Builtin":
    case "Protocol":
    case "Type":
    case "Automaton":
    case "Composition":
    case "Module":
    case "Self":
    case "Host":
    case "Poison":
      return null;
  }
};

/** A string that was made, if it is not too long. */
const bounded = (made: string, context: Context): Value => {
  const { machine } = context;
  if (made.length > machine.world.limits.size) {
    return limitExceeded("this string has too many characters", machine.world.limits.size, context);
  }
  return machine.charge(made.length >>> 6) ? text(made) : poison;
};

const each = (doc: string, change: (content: string) => string): Builtin => ({
  parameters: ["string"],
  doc,
  run: ([arg], context) => {
    const content = textOf(arg!, context, "a string");
    return content === null ? poison : bounded(change(content), context);
  },
});

const stringOf: Builtin = {
  parameters: ["value"],
  doc: "a number, truth value or string, as it stands in a string",
  run: ([arg], context) => {
    const written = asText(arg!.value);
    return written === null ? mismatch(arg!, "a number, a truth value or a string", context) : text(written);
  },
};

const joined: Builtin = {
  parameters: ["separator", "list"],
  doc: "the elements of a list as one string, with a separator between them",
  run: ([first, second], context) => {
    // Either order is clear, since only one of them is a list.
    const [separatorArg, listArg] = first!.value._tag === "List" ? [second!, first!] : [first!, second!];
    const separator = textOf(separatorArg, context, "a separator and a list");
    if (separator === null) return poison;
    if (listArg.value._tag !== "List") return mismatch(listArg, "a separator and a list", context);
    const { machine } = context;
    if (!machine.charge(listArg.value.length)) return poison;
    const pieces: string[] = [];
    let length = 0;
    for (const value of elements(listArg.value)) {
      if (value._tag === "Poison") return poison;
      const written = asText(value);
      if (written === null) {
        const given: Given = { value, site: listArg.site, literal: false };
        return mismatch(given, "a list of strings, numbers or truth values", context);
      }
      pieces.push(written);
      length += written.length + separator.length;
      if (length > machine.world.limits.size + separator.length) {
        return limitExceeded("the joined string has too many characters", machine.world.limits.size, context);
      }
    }
    return bounded(pieces.join(separator), context);
  },
};

const split: Builtin = {
  parameters: ["separator", "string"],
  doc: "the pieces of a string between its separators; with an empty separator, its characters",
  run: ([separatorArg, stringArg], context) => {
    const separator = textOf(separatorArg!, context, "a string as separator");
    const content = textOf(stringArg!, context, "a string");
    if (separator === null || content === null || !context.machine.charge(content.length)) return poison;
    const pieces = separator === "" ? [...content] : content.split(separator);
    return listOf(pieces.map(text));
  },
};

const replace: Builtin = {
  parameters: ["old", "new", "string"],
  doc: "the string with every occurrence of the old replaced by the new",
  run: (args, context) => {
    const [old, by, content] = args.map((arg) => textOf(arg, context, "strings"));
    if (typeof old !== "string" || typeof by !== "string" || typeof content !== "string") return poison;
    const { machine } = context;
    if (old === "") return mismatch(args[0]!, "something to look for", context);
    if (!machine.charge(content.length >>> 4)) return poison;
    const parts = content.split(old);
    const length = content.length + (parts.length - 1) * (by.length - old.length);
    if (length > machine.world.limits.size) {
      return limitExceeded("this string has too many characters", machine.world.limits.size, context);
    }
    return bounded(parts.join(by), context);
  },
};

export const lengthOfText = (content: string): Value => {
  let count = 0;
  for (let i = 0; i < content.length; i++) {
    const unit = content.charCodeAt(i);
    const next = content.charCodeAt(i + 1);
    if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) i++;
    count++;
  }
  return number(plain(count));
};

export const textBuiltins: Readonly<Record<string, Builtin>> = {
  dotenv,
  join: joined,
  lower: each("the string in lower case", (content) => content.toLowerCase()),
  replace,
  split,
  toString: stringOf,
  trim: each("the string without white space around it", (content) => content.trim()),
  upper: each("the string in upper case", (content) => content.toUpperCase()),
};
