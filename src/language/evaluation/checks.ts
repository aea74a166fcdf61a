/** What the values of clauses must be, and what passes make of them. */
import { nearest } from "../../core/nearest.ts";
import { endingSignals } from "../../core/signals.ts";
import { grouped } from "../../core/tally.ts";
import { asText } from "../builtins/texts.ts";
import { describe } from "../describe.ts";
import { maxLabel, unresolvable, unresolvableHost } from "../host-name.ts";
import type { Site } from "../problem.ts";
import { asInteger, asMilliseconds } from "../quantity.ts";
import { quote } from "../quote.ts";
import { toArray } from "../rope.ts";
import { shownText } from "../secret.ts";
import { show } from "../show.ts";
import type { SecretText, Value } from "../value.ts";
import type { Machine } from "./machine.ts";
import { reportMisfit } from "./misfit.ts";

/** What a clause's value means; null where it does not fit, which then is reported. */
export type Check<T> = (value: Value, site: Site, machine: Machine) => T | null;

/** Reports what a clause takes, and that this is none; poison was reported already. */
export const refuse = (wanted: string, value: Value, site: Site, machine: Machine, hint?: string): null => {
  const hints = hint === undefined ? [] : [{ message: hint }];
  if (value._tag !== "Poison") reportMisfit(value, `${wanted}, not ${describe(value)}`, site, machine, hints);
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
  machine.report("limit-exceeded", `an automaton has at most ${grouped(size, "instance")}`, site);
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

/** So many answers in a row are the most that may be asked for. */
const maxInARow = 1_000;

const inARow =
  (word: string): Check<number> =>
  (value, site, machine) => {
    const count = value._tag === "Quantity" ? asInteger(value.quantity) : null;
    return count !== null && count >= 1 && count <= maxInARow
      ? count
      : refuse(
          `\`${word}\` takes a whole number from 1 to ${maxInARow.toLocaleString("en")}`,
          value,
          site,
          machine,
        );
  };

export const checkFailures = inARow("failures");
export const checkSuccesses = inARow("successes");

/** `clause`: `start within` */
export const checkLimit = (clause: string): Check<number> =>
  duration(clause, "a duration above zero", (milliseconds) => milliseconds > 0);

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

export const checkVariable: Check<string | SecretText> = (value, site, machine) => {
  if (value._tag === "Secret")
    return hasNul(shownText(value.pieces), "this variable", site, machine) ? null : value.pieces;
  const content = asText(value);
  if (content === null)
    return refuse("a variable of `env` takes a string, a number or a truth value", value, site, machine);
  return hasNul(content, "this variable", site, machine) ? null : content;
};

export const checkUser: Check<string> = (value, site, machine) => {
  const content = value._tag === "Bool" ? null : asText(value);
  if (
    content !== null &&
    /^(?:[A-Za-z_][\w.-]*\$?|\d{1,10})(?::(?:[A-Za-z_][\w.-]*\$?|\d{1,10}))?$/.test(content)
  )
    return content;
  const hint = 'a group may follow: `user "www-data:adm"`';
  return refuse("`user` takes the name or the number of a user", value, site, machine, hint);
};

export const checkDirectory: Check<string> = (value, site, machine) => {
  if (value._tag !== "String" || value.text === "")
    return refuse("`directory` takes a path", value, site, machine);
  if (hasNul(value.text, "this path", site, machine)) return null;
  return machine.world.place?.(value.text) ?? value.text;
};

const label = /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/;

/** What the kernel has room for (uname(2)). */
const maxHostname = 64;

export const checkHostname: Check<string> = (value, site, machine) => {
  if (value._tag !== "String") return refuse("`hostname` takes a string", value, site, machine);
  const { text } = value;
  const isName = text.split(".").every((part) => part.length <= maxLabel && label.test(part));
  const reason = isName ? unresolvableHost(text) : null;
  // In whatever letters one asks: resolvers do not agree on which of them a table of hosts is to have.
  if (isName && text.length <= maxHostname && reason === null) return text.toLowerCase();
  const near = text.replaceAll("_", "-");
  const tooLong = text.length > maxHostname;
  const message = isName
    ? !tooLong && reason !== null
      ? reason
      : `a host name has at most ${maxHostname} characters; this one has ${text.length}`
    : near !== text && near.split(".").every((part) => label.test(part))
      ? `write \`${near}\``
      : `it is labels of letters, digits and \`-\` between them, each of at most ${maxLabel}, with dots between`;
  machine.report("type-mismatch", `${quote(text)} is no host name`, site, [{ message }]);
  return null;
};

/** The name of a signal; null where there is none of that name, which then is reported. */
export const checkSignal = (
  clause: "stop" | "reload",
  name: string,
  site: Site,
  machine: Machine,
): string | null => {
  if (endingSignals.includes(name)) return name;
  const upper = name.toUpperCase();
  const meant = [upper, `SIG${upper}`].find((each) => endingSignals.includes(each));
  const near = nearest(upper, endingSignals);
  const hints = [
    ...(meant === undefined && near !== null ? [{ message: `did you mean \`${near}\`?` }] : []),
    { message: meant === undefined ? `it is one of ${endingSignals.join(", ")}` : `write \`${meant}\`` },
  ];
  machine.report("type-mismatch", `\`${clause}\` takes the name of a signal, not \`${name}\``, site, hints);
  return null;
};

export const checkPath: Check<string> = (value, site, machine) =>
  value._tag === "String" && value.text.startsWith("/") && !/[\s\p{Cc}]/u.test(value.text)
    ? value.text
    : refuse("`health http` takes a path, which begins with `/`", value, site, machine);

/** The name of a service of gRPC as its health service knows it; by custom `package.Service`. */
export const checkService: Check<string> = (value, site, machine) =>
  value._tag === "String" && value.text.length <= 256 && !/[\s\p{Cc}]/u.test(value.text)
    ? value.text
    : refuse(
        "`health grpc` takes the name of a service, of at most 256 characters without white space",
        value,
        site,
        machine,
      );

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

export const checkName: Check<string> = (value, site, machine) => {
  if (value._tag !== "String") return refuse("an automaton's name is a string", value, site, machine);
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(value.text)) {
    const hints = [{ message: "a name has letters, digits, `_` and `-`, and begins with a letter or `_`" }];
    machine.report("type-mismatch", `an automaton cannot be called ${quote(value.text)}`, site, hints);
    return null;
  }
  return isHostName("an automaton", value.text, site, machine) ? value.text : null;
};

/** Whether programs can find a host by this name; if not, that is reported. `what`: `an automaton` */
export const isHostName = (what: string, name: string, site: Site, machine: Machine): boolean => {
  if (name.length > maxLabel) return fits(`${what}'s`, name, site, machine);
  const reason = unresolvable(name);
  if (reason === null) return true;
  const hints = [{ message: "its name is a host name, by which programs find it: choose another" }];
  machine.report("type-mismatch", `${what} cannot be called ${quote(name)}: ${reason}`, site, hints);
  return false;
};

/** Whether a name is short enough; if not, that is reported. `whose`: `a system's` */
export const fits = (whose: string, name: string, site: Site, machine: Machine): boolean => {
  if (name.length <= maxLabel) return true;
  const message = `${whose} name has at most ${maxLabel} characters; this one has ${name.length}`;
  machine.report("type-mismatch", message, site);
  return false;
};
