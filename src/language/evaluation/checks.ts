/** What the values of clauses must be, and what passes make of them. */
import { asText } from "../builtins/texts.ts";
import { describe } from "../describe.ts";
import type { Site } from "../problem.ts";
import { asInteger, asMilliseconds } from "../quantity.ts";
import { quote } from "../quote.ts";
import { toArray } from "../rope.ts";
import { show } from "../show.ts";
import type { Value } from "../value.ts";
import type { Machine } from "./machine.ts";

/** What a clause's value means; null where it does not fit, which then is reported. */
export type Check<T> = (value: Value, site: Site, machine: Machine) => T | null;

const refuse = (wanted: string, value: Value, site: Site, machine: Machine, hint?: string): null => {
  const hints = hint === undefined ? [] : [{ message: hint }];
  if (value._tag !== "Poison")
    machine.report("type-mismatch", `${wanted}, not ${describe(value)}`, site, hints);
  return null;
};

export const checkCount: Check<number> = (value, site, machine) => {
  const count = value._tag === "Quantity" ? asInteger(value.quantity) : null;
  if (count === null || count < 0) {
    const isFraction =
      value._tag === "Quantity" && value.quantity.dimension === "plain" && value.quantity.numerator > 0;
    const hint = isFraction ? "`ceil(…)` rounds up" : undefined;
    return refuse("`instances` takes a whole number, at least 0", value, site, machine, hint);
  }
  const { size } = machine.world.limits;
  if (count <= size) return count;
  machine.report("limit-exceeded", `an automaton has at most ${size.toLocaleString("en")} instances`, site);
  return null;
};

const duration =
  (clause: string, wanted: string, fits: (milliseconds: number) => boolean): Check<number> =>
  (value, site, machine) => {
    const milliseconds = value._tag === "Quantity" ? asMilliseconds(value.quantity) : null;
    if (milliseconds !== null && fits(milliseconds)) return milliseconds;
    const hint =
      value._tag === "Quantity" && value.quantity.dimension === "plain" && value.quantity.numerator !== 0
        ? `a duration has a unit: \`${show(value)}s\``
        : undefined;
    return refuse(`\`${clause}\` takes ${wanted}`, value, site, machine, hint);
  };

export const checkSettle = duration("settle", "a duration", (milliseconds) => milliseconds >= 0);
export const checkEvery = duration("every", "a duration above zero", (milliseconds) => milliseconds > 0);
export const checkTimeout = duration("timeout", "a duration above zero", (milliseconds) => milliseconds > 0);

/** A process cannot be given a string with this character. */
const hasNul = (content: string, what: string, site: Site, machine: Machine): boolean => {
  if (!content.includes("\u0000")) return false;
  machine.report(
    "type-mismatch",
    `${what} holds the character \`\\u{0}\`, which no process can be given`,
    site,
  );
  return true;
};

export const checkVariable: Check<string> = (value, site, machine) => {
  const content = asText(value);
  if (content === null)
    return refuse("a variable of `env` takes a string, a number or a truth value", value, site, machine);
  return hasNul(content, "this variable", site, machine) ? null : content;
};

export const checkPath: Check<string> = (value, site, machine) =>
  value._tag === "String" && value.text.startsWith("/") && !/[\s\p{Cc}]/u.test(value.text)
    ? value.text
    : refuse("`health http` takes a path, which begins with `/`", value, site, machine);

export const checkArgv =
  (clause: string): Check<readonly string[]> =>
  (value, site, machine) => {
    const wanted = `\`${clause}\` takes a list of strings, the program first`;
    if (value._tag === "String") {
      const words = value.text.split(/\s+/).filter((word) => word !== "");
      return refuse(wanted, value, site, machine, `write \`[${words.map(quote).join(", ")}]\``);
    }
    if (value._tag !== "List") return refuse(wanted, value, site, machine);
    const argv = new Array<string>(value.length);
    const words = toArray(value);
    for (let i = 0; i < words.length; i++) {
      const content = asText(words[i]!);
      if (content === null) return refuse(wanted, words[i]!, site, machine);
      if (hasNul(content, "this list", site, machine)) return null;
      argv[i] = content;
    }
    return argv[0] === undefined || argv[0] === "" ? refuse(wanted, value, site, machine) : argv;
  };

export const checkCommand = checkArgv("runs exec");

export const checkPort: Check<number> = (value, site, machine) => {
  const port = value._tag === "Quantity" ? asInteger(value.quantity) : null;
  return port !== null && port >= 1 && port <= 65535
    ? port
    : refuse("a port is a whole number from 1 to 65535", value, site, machine);
};

/** A host name has labels of at most so many characters; what is made for a system has its name on it. */
const maxName = 63;

export const checkName: Check<string> = (value, site, machine) => {
  if (value._tag !== "String") return refuse("an automaton's name is a string", value, site, machine);
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(value.text)) {
    const hints = [{ message: "a name has letters, digits, `_` and `-`, and begins with a letter or `_`" }];
    machine.report("type-mismatch", `an automaton cannot be called ${quote(value.text)}`, site, hints);
    return null;
  }
  return fits("an automaton's", value.text, site, machine) ? value.text : null;
};

/** Whether a name is short enough; if not, that is reported. `whose`: `a system's` */
export const fits = (whose: string, name: string, site: Site, machine: Machine): boolean => {
  if (name.length <= maxName) return true;
  const message = `${whose} name has at most ${maxName} characters; this one has ${name.length}`;
  machine.report("type-mismatch", message, site);
  return false;
};
