/** Proposals that put something into a system: wires, publications, copies. Additions go to the end of its list. */
import type { AutomatonValue } from "../language/value.ts";
import type { EditContext } from "./context.ts";
import type { Goal } from "./goal.ts";
import { addToComposition } from "./items.ts";
import { judge } from "./judge.ts";
import { type Proposal, propose } from "./proposal.ts";
import type { Remembered } from "./reached.ts";
import type { Splice } from "./splice.ts";

/** An item behind those of the system; null where there is no system to put it into. */
export const addItems = (context: EditContext, items: readonly string[]): readonly Splice[] => {
  const { system } = context;
  return system === null || items.length === 0 ? [] : addToComposition(context, system, items);
};

/** `x`, or `x.port`. */
export const endText = (reference: string, port: string | null): string =>
  port === null ? reference : `${suffixable(reference)}.${port}`;

/** What a suffix can stand behind. */
const suffixable = (text: string): string =>
  /^[\w.[\]"]+$|^[\w.]+\([^()]*\)$|^\(.*\)$/s.test(text) ? text : `(${text})`;

/** An expression as an operand. */
export const operand = (text: string): string =>
  / with |^if |^let |^fn\b|=>|->/.test(text) ? `(${text})` : text;

/** Pairs of a requirement that is not wired yet and a port, by name. */
const pairs = (
  context: EditContext,
  from: string,
  to: AutomatonValue,
): readonly (readonly [string, string])[] => {
  const wired = new Set(context.member(from)?.wires.map(({ requirement }) => requirement));
  const open = (context.automaton(from)?.requires ?? []).filter(({ name }) => !wired.has(name));
  return open.flatMap(({ name }) => to.provides.map((port) => [name, port.name] as const));
};

/** A wire from one automaton to another. */
export function* proposalsToWire(
  goal: Goal & { readonly _tag: "Wire" },
  context: EditContext,
  before: Remembered,
): Generator<Proposal, void, undefined> {
  const { from, requirement, to, port } = goal;
  const [left, right] = [context.reference(from), context.reference(to)];
  if (left === null || right === null) return;
  const wire = (asked: string | null, offered: string | null): Proposal => {
    const text = `${operand(endText(left, asked))} => ${operand(endText(right, offered))}`;
    return propose(`add \`${text}\` to the system`, addItems(context, [text]));
  };
  const plain = wire(requirement, port);
  yield plain;
  if (requirement !== null && port !== null) return;
  if (judge(context, goal, plain, before, () => false)._tag === "Good") return;
  const provider = context.automaton(to);
  // It takes the names of both where several would fit.
  for (const [asked, offered] of provider === null ? [] : pairs(context, from, provider))
    if ((requirement ?? asked) === asked && (port ?? offered) === offered) yield wire(asked, offered);
}

/** A port of the host that leads to a port of an automaton. */
export function* proposalsToPublish(
  { automaton, port, hostPort }: Goal & { readonly _tag: "Publish" },
  context: EditContext,
): Generator<Proposal, void, undefined> {
  const reference = context.reference(automaton);
  if (reference === null) return;
  const text = `publish(${endText(reference, port)}, ${hostPort})`;
  yield propose(`add \`${text}\` to the system`, addItems(context, [text]));
}
