/** The built-in functions that reach beyond values: live inputs and entry points. */

import { grouped } from "../../core/tally.ts";
import { escapedByte } from "../../core/utf8.ts";
import { publish } from "../composition/algebra.ts";
import { isComposable } from "../composition/coerce.ts";
import { checkPort } from "../evaluation/checks.ts";
import { taken } from "../evaluation/composing.ts";
import { quote } from "../quote.ts";
import { isSecretName, secretNameForm } from "../secret.ts";
import { poison, type Value } from "../value.ts";
import type { FileRead } from "../world.ts";
import { type Builtin, type Context, type Given, mismatch, textOf } from "./builtin.ts";
import { fileText } from "./file-texts.ts";

/** Whether a value is plain data, as one can set from outside. */
const isData = (value: Value): boolean =>
  value._tag === "String" || value._tag === "Quantity" || value._tag === "Bool";

const input: Builtin = {
  parameters: ["name", "default"],
  doc: "a live cell: the value that was set for a name, or else the default",
  run: ([nameArg, fallback], context) => {
    const name = textOf(nameArg!, context, "a name in quotes");
    if (name === null) return poison;
    if (!nameArg!.literal) {
      const hints = [
        { message: "so that the inputs of a program are known before it runs; write the name itself" },
      ];
      const message = "the name of an input must be written out: a string with nothing computed in it";
      return context.machine.report("type-mismatch", message, nameArg!.site(), hints);
    }
    if (!isData(fallback!.value))
      return mismatch(fallback!, "a number, a string or a truth value as default", context);
    return context.machine.world.input(name, fallback!.value, fallback!.site());
  },
};

const publishPort: Builtin = {
  parameters: ["port", "hostPort"],
  composes: true,
  doc: "an automaton that is reachable at a port of the host",
  run: ([of, portArg], context) => {
    const { machine } = context;
    const port = checkPort(portArg!.value, portArg!.site(), machine);
    if (!isComposable(of!.value)) return mismatch(of!, "a provided port, like `storefront.web`", context);
    if (port === null) return poison;
    return taken(publish(of!.value, port, context.site()), machine);
  },
};

const secret: Builtin = {
  parameters: ["name"],
  doc: "a secret, for `env`, `files` and `secret`: nothing shows its value",
  run: ([nameArg], context) => {
    const name = textOf(nameArg!, context, "a name in quotes");
    if (name === null) return poison;
    if (isSecretName(name)) return { _tag: "Secret", pieces: [{ secret: name, site: context.site() }] };
    const hints = [{ message: `a name has ${secretNameForm}` }];
    const message = `a secret cannot be called ${quote(name)}`;
    return context.machine.report("type-mismatch", message, nameArg!.site(), hints);
  },
};

/** Reports that a file cannot be read. */
const unread = (
  nameArg: Given,
  path: string,
  { file, reason, isTooLarge }: FileRead,
  { machine }: Context,
): Value => {
  const message =
    reason === null ? `there is no file ${quote(path)}` : `cannot read ${quote(path)}: ${reason}`;
  const hint =
    reason === null
      ? `paths are relative to the file in which they are written: this one looks for ${file}`
      : `the path leads to ${file}`;
  const code = isTooLarge === true ? "limit-exceeded" : "import-not-found";
  return machine.report(code, message, nameArg.site(), [{ message: hint }]);
};

/** The first byte that is part of no character; null where there is none. */
const strayByte = (content: string): number | null => {
  const found = /[\udc80-\udcff]/u.exec(content);
  return found === null ? null : escapedByte(found[0].charCodeAt(0));
};

const read: Builtin = {
  parameters: ["path"],
  doc: "the text of a file, by its path from the file in which this is written",
  run: ([pathArg], context) => {
    const { machine } = context;
    const path = textOf(pathArg!, context, "the path of a file");
    if (path === null) return poison;
    const found = machine.world.readFile?.(path, context.site().module) ?? {
      file: path,
      text: null,
      reason: null,
    };
    if (found.text === null) return unread(pathArg!, path, found, context);
    const { size } = machine.world.limits;
    if (found.text.length > size) {
      const reason = `it has more than ${grouped(size, "character")}, the bound of a string`;
      return unread(pathArg!, path, { ...found, reason, isTooLarge: true }, context);
    }
    const stray = strayByte(found.text);
    if (stray !== null) {
      const reason = `it is no text in UTF-8: it has the byte 0x${stray.toString(16)}`;
      return unread(pathArg!, path, { ...found, reason }, context);
    }
    return machine.charge(found.text.length >>> 6) ? fileText(found.text, path) : poison;
  },
};

export const worldBuiltins: Readonly<Record<string, Builtin>> = { input, publish: publishPort, read, secret };
