/** What a name means that is to be explained: an automaton, an instance (`a.0`), or a port (`a.web`). */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { Instances } from "../../passes/instances.ts";
import { nearest } from "../core/nearest.ts";
import { hostName } from "../language/host-name.ts";
import { type Explanation, explain, type Part } from "./explain.ts";
import type { Program } from "./program.ts";

/** Why a name cannot be explained, and what else could be meant. */
export interface NotExplained {
  readonly message: string;
  readonly hint?: string;
}

const listed = (names: readonly string[]): string =>
  names.length <= 12 ? names.join(", ") : `${names.slice(0, 11).join(", ")} and ${names.length - 11} more`;

const suggestion = (
  name: string,
  names: readonly string[],
  otherwise: string,
  behind = "",
): NotExplained["hint"] => {
  const meant = nearest(name, names);
  if (meant !== null) return `did you mean ${meant}${behind}?`;
  return names.length === 0 ? undefined : `${otherwise} ${listed(names)}`;
};

const refuse = (message: string, hint: string | undefined): NotExplained =>
  hint === undefined ? { message } : { message, hint };

/** The ports of an automaton, those that it provides first; none of a union. */
const portsOf = (program: Program, automaton: string): readonly string[] => {
  const member = program.augmentation.get(automaton)?.member;
  if (member?._tag !== "Automaton") return [];
  const { provides, requires } = member.automaton;
  return [...provides, ...requires].map(({ name }) => name);
};

const partOf = (program: Program, automaton: string, written: string): Either<NotExplained, Part> => {
  if (/^\d+$/.test(written)) {
    const { count } = program.augmentation.get(automaton)!.attributes.instances as Instances;
    const index = Number(written);
    if (index < count) return right({ kind: "instance", index });
    const hint = count === 0 ? "it has none" : count === 1 ? "it has 0 alone" : `it has 0 to ${count - 1}`;
    return left(refuse(`${automaton} has no instance ${index}`, hint));
  }
  const ports = portsOf(program, automaton);
  if (ports.includes(written)) return right({ kind: "port", name: written });
  const names = ports.map((port) => `${automaton}.${port}`);
  const hint = suggestion(`${automaton}.${written}`, names, "its ports are");
  return left(refuse(`${automaton} has no port ${written}`, hint));
};

/** The automaton of that name, or of that name on the network, where people may say either. */
const find = (program: Program, name: string): string | null => {
  if (program.augmentation.get(name) !== undefined) return name;
  for (const { key } of program.augmentation.tree) if (hostName(key) === hostName(name)) return key;
  return null;
};

/** Explains what a name means; on the left why it means nothing. */
export const explainName = (program: Program, name: string): Either<NotExplained, Explanation> => {
  const whole = find(program, name);
  if (whole !== null) return right(explain(program, whole)!);
  const dot = name.lastIndexOf(".");
  const automaton = dot < 0 ? null : find(program, name.slice(0, dot));
  if (automaton !== null) {
    const part = partOf(program, automaton, name.slice(dot + 1));
    return part._tag === "Left" ? part : right(explain(program, automaton, part.right)!);
  }
  const [wanted, behind] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
  const names = [...program.augmentation.tree].map(({ key }) => key);
  const hint = suggestion(wanted, names, "it has", behind);
  return left(refuse(`${program.system ?? "the program"} has no automaton ${wanted}`, hint));
};
