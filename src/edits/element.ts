/** Proposals that change one element of a comprehension, and leave the others as they are. */
import { occurrences } from "../language/names.ts";
import type { Found } from "../program/provenance/find.ts";
import type { Step } from "../program/provenance/step.ts";
import { childOf, childrenOf, type Environment, type Thunk } from "../program/provenance/thunk.ts";
import type { WantedClause } from "./clause.ts";
import type { EditContext } from "./context.ts";
import { appendItems } from "./items.ts";
import { type Proposal, propose } from "./proposal.ts";
import { written } from "./wanted.ts";

type ElementStep = Step & { readonly kind: "element" };

/** The names that a comprehension binds around its body, with what they are for the element. */
export const namesBound = ({ thunk, body }: ElementStep): readonly Environment[] => {
  const names: Environment[] = [];
  for (let one = body.environment; one !== null && one !== thunk.environment; one = one.outer)
    names.unshift(one);
  return names;
};

/** `i == 3`, which only that element fulfils; null where its values cannot be written. */
export const conditionOf = (element: ElementStep, op: "==" | "!="): string | null => {
  const parts = namesBound(element).map(({ name, value }) => {
    const text = written(value);
    return text === null ? null : `${name} ${op} ${text}`;
  });
  return parts.some((part) => part === null) ? null : parts.join(op === "==" ? " && " : " || ");
};

const isWithin = (thunk: Thunk, body: Thunk): boolean =>
  thunk.definition === body.definition && thunk.at >= body.at && thunk.at < body.at + body.term.size;

/** The expressions that lead to a value, from where a clause says it inward. */
const hopsOf = (value: Thunk, context: EditContext): readonly (Step | null)[] => [
  null,
  ...context.provenances.reducer.reduce(value).steps,
];

/** An expression that means what it did, but for one element. */
function* conditional(
  element: ElementStep,
  condition: string,
  value: Thunk,
  { wanted }: WantedClause,
  context: EditContext,
): Generator<Proposal, void, undefined> {
  for (const hop of hopsOf(value, context)) {
    const thunk = hop?.thunk ?? value;
    const isGiven = hop === null || hop.kind === "argument";
    if (isGiven && isWithin(thunk, element.body)) {
      const text = `if ${condition} then ${wanted.text} else ${context.text(thunk)}`;
      return yield propose(`\`${text}\` at ${context.placeOf(thunk)}`, [context.replace(thunk, text)]);
    }
    if (hop?.kind === "default" && isWithin(hop.call, element.body)) {
      const text = `${hop.parameter} = if ${condition} then ${wanted.text} else ${context.text(hop.thunk)}`;
      return yield propose(`\`${text}\` at ${context.placeOf(hop.call)}`, [
        appendItems(context, hop.call, [text]),
      ]);
    }
  }
}

const suffixed: ReadonlySet<string> = new Set(["Name", "Call", "Field", "Index", "Automaton"]);

/** An expression before `with`. */
const base = (thunk: Thunk, text: string): string =>
  suffixed.has(thunk.term.node._tag) ? text : `(${text})`;

/** The body of a comprehension with what its names are for one element. */
export const bodyFor = (element: ElementStep, context: EditContext): string | null => {
  const { body } = element;
  const { start } = context.extent(body);
  const text = context.text(body);
  const places: { readonly from: number; readonly to: number; readonly text: string }[] = [];
  for (const { name, value } of namesBound(element)) {
    const literal = written(value);
    if (literal === null) return null;
    for (const at of occurrences(body.term, body.at, name)) {
      const extent = context.extent({ ...body, at });
      places.push({ from: extent.start - start, to: extent.end - start, text: literal });
    }
  }
  places.sort((a, b) => b.from - a.from);
  let made = text;
  for (const { from, to, text: literal } of places) {
    const isAlone = made.slice(from - 2, from) === "${" && made[to] === "}";
    // In a string, what is known is a part of it.
    if (isAlone) made = made.slice(0, from - 2) + literal.replace(/^"(.*)"$/s, "$1") + made.slice(to + 1);
    else made = made.slice(0, from) + literal + made.slice(to);
  }
  return made;
};

/** Where the names of a comprehension end: a filter can stand there. */
const behindQualifiers = (comprehension: Thunk, context: EditContext): number =>
  context.extent(childrenOf(comprehension).at(-1)!).end;

/** The element as an item of its own, beside the others. */
const splitOut = (
  element: ElementStep,
  condition: string,
  clause: string,
  context: EditContext,
): Proposal | null => {
  const made = bodyFor(element, context);
  if (made === null) return null;
  const { file, start, end } = context.extent(element.thunk);
  const filterAt = behindQualifiers(element.thunk, context);
  const item = `${base(element.body, made)} with { ${clause} }`;
  return propose(`split \`${made.split("\n")[0]}\` out of ${context.placeOf(element.thunk)}`, [
    { file, start, end: start, text: "[..." },
    { file, start: filterAt, end: filterAt, text: ` if ${condition}` },
    { file, start: end, end, text: `, ${item}]` },
  ]);
};

/** Of longer comprehensions only the one element is changed. */
const long = 256;

/** Whether a comprehension has so many elements that nobody means all of them by the name of one. */
export const isLong = (comprehension: Thunk, context: EditContext): boolean => {
  const value = context.value(comprehension);
  return value._tag === "List" && value.length > long;
};

/** For one element: a conditional argument, a `with`, or the element by itself. */
export function* forOneElement(
  { thunk: automaton }: Found,
  element: ElementStep,
  value: Thunk | null,
  saying: WantedClause,
  context: EditContext,
): Generator<Proposal, void, undefined> {
  const condition = conditionOf(element, "==");
  const others = conditionOf(element, "!=");
  if (condition === null || others === null) return;
  if (value !== null) yield* conditional(element, condition, value, saying, context);
  const { body } = element;
  const made = context.value(body);
  if (made._tag !== "Automaton" || automaton === null) return;
  const text = base(body, context.text(body));
  yield propose(`\`with { ${saying.clause} }\` where ${condition}, at ${context.placeOf(body)}`, [
    context.replace(
      body,
      `if ${condition} then ${text} with { ${saying.clause} } else ${context.text(body)}`,
    ),
  ]);
  const split = splitOut(element, others, saying.clause, context);
  if (split !== null) yield split;
}

/** The source of a comprehension's innermost loop. */
export const sourceOf = (comprehension: Thunk): Thunk | null => {
  const loops = childrenOf(comprehension).filter(({ term }) => term.node._tag === "For");
  const last = loops.at(-1);
  return last === undefined || loops.length > 1 ? null : childOf(last, 0);
};
