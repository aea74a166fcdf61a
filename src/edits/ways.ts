/** Ways to make an expression come to a value: at the innermost place, or further out. */
import { type Chain, placeOfValue } from "../core/syntax/expressions.ts";
import type { Term } from "../core/term.ts";
import { arithmetic, asInteger, type Quantity } from "../language/quantity.ts";
import { literalValue } from "../program/literal.ts";
import { readsSelf } from "../program/provenance/reduce.ts";
import type { Step } from "../program/provenance/step.ts";
import { childOf, childrenOf, lookup, type Thunk } from "../program/provenance/thunk.ts";
import type { EditContext } from "./context.ts";
import { appendItems } from "./items.ts";
import { type Proposal, propose } from "./proposal.ts";
import { type Wanted, wantedQuantity, wantedString } from "./wanted.ts";

const literals: ReadonlySet<string> = new Set(["Num", "Bool", "List", "Record"]);

const isLiteral = ({ node }: Term): boolean =>
  literals.has(node._tag) ||
  (node._tag === "Str" && node.children.length === 0) ||
  (node._tag === "Unary" && node.children[0].node._tag === "Num");

/** Whether a constant in its place would lose something that is computed. */
const isComputed = ({ node }: Term): boolean => !isLiteral({ node } as Term) && node._tag !== "Name";

/** All ways to make an expression come to what is wanted, from the inside out. */
export function* waysTo(
  start: Thunk,
  wanted: Wanted,
  context: EditContext,
  distance = 0,
): Generator<Proposal, void, undefined> {
  const { thunk, steps } = context.provenances.reducer.reduce(start);
  yield* atCore(thunk, wanted, context, distance);
  const hops = steps.filter(({ kind }) => kind === "argument" || kind === "default");
  let outward = distance;
  for (const step of [...hops].reverse()) {
    outward++;
    yield* atHop(step, thunk, wanted, context, outward);
  }
  if (start !== thunk && !hops.some(({ thunk: of }) => of === start))
    yield writeOver(start, wanted, context, outward + 1);
}

/** A constant in the place of an expression. */
const writeOver = (thunk: Thunk, wanted: Wanted, context: EditContext, distance: number): Proposal => {
  const now = context.text(thunk);
  const short = now.length > 40 || now.includes("\n") ? "what is computed" : `\`${now}\``;
  return propose(
    `write \`${wanted.text}\` for ${short} at ${context.placeOf(thunk)}`,
    [context.replace(thunk, wanted.text)],
    { distance, losesEquation: isComputed(thunk.term) },
  );
};

function* atHop(
  step: Step,
  core: Thunk,
  wanted: Wanted,
  context: EditContext,
  distance: number,
): Generator<Proposal, void, undefined> {
  if (step.kind === "default") {
    // As near as the default itself: the one or the other is meant.
    const text = `${step.parameter} = ${wanted.text}`;
    yield propose(
      `give \`${text}\` at ${context.placeOf(step.call)}`,
      [appendItems(context, step.call, [text])],
      { distance: distance - 1, losesEquation: isComputed(core.term) },
    );
  }
  if (step.thunk !== core) yield writeOver(step.thunk, wanted, context, distance);
}

function* atCore(
  thunk: Thunk,
  wanted: Wanted,
  context: EditContext,
  distance: number,
): Generator<Proposal, void, undefined> {
  const { node } = thunk.term;
  if (readsSelf(thunk)) return yield* overEquation(thunk, wanted, context, distance);
  if (node._tag === "Name" && lookup(node.name, thunk.environment)?.from._tag === "Element") return;
  if (node._tag === "Str" && node.children.length === 1) yield* inString(thunk, wanted, context, distance);
  if (node._tag === "Chain") yield* inChain(thunk, node, wanted, context, distance);
  if (node._tag === "Call") yield* inCall(thunk, wanted, context, distance);
  yield writeOver(thunk, wanted, context, distance);
}

/** What an equation never falls below: of `clamp(e, low, high)` and `max(n, e)`. */
const floorsOf = (thunk: Thunk): readonly Thunk[] => {
  const [callee, ...given] = childrenOf(thunk);
  const name =
    thunk.term.node._tag === "Call" && callee?.term.node._tag === "Name" ? callee.term.node.name : "";
  const floors = name === "clamp" ? given.slice(1, 2) : name === "max" ? given : [];
  return floors.filter((one) => !readsSelf(one) && one.term.node._tag !== "Arg");
};

/** An equation over `self`: a floor under it, or a constant. */
function* overEquation(
  thunk: Thunk,
  wanted: Wanted,
  context: EditContext,
  distance: number,
): Generator<Proposal, void, undefined> {
  const text = context.text(thunk);
  if (wanted.value?._tag === "Quantity") {
    for (const floor of floorsOf(thunk))
      for (const way of waysTo(floor, wanted, context, distance))
        yield { ...way, title: `at least ${wanted.text}: ${way.title}`, asks: true };
    yield propose(
      `at least ${wanted.text}, as \`max(${wanted.text}, …)\` at ${context.placeOf(thunk)}`,
      [context.replace(thunk, `max(${wanted.text}, ${text})`)],
      { distance, asks: true },
    );
  }
  yield propose(
    `always ${wanted.text}, at ${context.placeOf(thunk)}: it stops following load`,
    [context.replace(thunk, wanted.text)],
    { distance, asks: true, losesEquation: true },
  );
}

/** `"shard_${i}"`: what is put in between, where the rest is as wanted. */
function* inString(
  thunk: Thunk,
  wanted: Wanted,
  context: EditContext,
  distance: number,
): Generator<Proposal, void, undefined> {
  const { node } = thunk.term;
  if (node._tag !== "Str" || wanted.value?._tag !== "String") return;
  const [head = "", tail = ""] = node.pieces;
  const { text } = wanted.value;
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return;
  const inner = text.slice(head.length, text.length - tail.length);
  const now = context.value(childOf(thunk, 0));
  const number = now._tag === "Quantity" ? literalValue(inner) : null;
  const part = number?._tag === "Quantity" ? { text: inner, value: number } : wantedString(inner);
  yield* waysTo(childOf(thunk, 0), part, context, distance);
}

/** What an operand must be for the whole to be as wanted: of sums by the difference, of products by the quotient. */
const neededOf = (
  chain: Chain<Term>,
  index: number,
  operand: Quantity,
  whole: Quantity,
  wanted: Quantity,
): Quantity | null => {
  const op = index === 0 ? chain.ops[0] : chain.ops[index - 1];
  const isSum = chain.ops.every((one) => one === "+" || one === "-");
  const isProduct = chain.ops.every((one) => one === "*" || one === "/");
  const made = (left: Quantity | null, by: "+" | "-" | "*" | "/", right: Quantity): Quantity | null => {
    const result = left === null ? null : arithmetic(by, left, right);
    return result === null || typeof result === "string" ? null : result;
  };
  if (isSum) return made(operand, index > 0 && op === "-" ? "-" : "+", made(wanted, "-", whole) ?? whole);
  if (!isProduct) return null;
  const isDivisor = index > 0 && op === "/";
  const ratio = isDivisor ? made(whole, "/", wanted) : made(wanted, "/", whole);
  return ratio === null ? null : made(operand, "*", ratio);
};

function* inChain(
  thunk: Thunk,
  chain: Chain<Term>,
  wanted: Wanted,
  context: EditContext,
  distance: number,
): Generator<Proposal, void, undefined> {
  const whole = context.value(thunk);
  if (wanted.value?._tag !== "Quantity" || whole._tag !== "Quantity") return;
  for (const [index, child] of childrenOf(thunk).entries()) {
    const operand = context.value(child);
    if (operand._tag !== "Quantity") continue;
    const needed = neededOf(chain, index, operand.quantity, whole.quantity, wanted.value.quantity);
    const part = needed === null ? null : wantedQuantity(needed);
    // Nobody means half of what was whole.
    const isHalf = asInteger(operand.quantity) !== null && needed !== null && asInteger(needed) === null;
    if (part === null || isHalf) continue;
    // A name or an equation as an operand is followed; a constant is not written over it.
    for (const way of waysTo(child, part, context, distance)) if (!way.losesEquation) yield way;
  }
}

/** What is given to a function that is built in, and to an input. */
function* inCall(
  thunk: Thunk,
  wanted: Wanted,
  context: EditContext,
  distance: number,
): Generator<Proposal, void, undefined> {
  const [callee, ...given] = childrenOf(thunk);
  const value = context.value(callee!);
  if (value._tag !== "Builtin") return;
  const parts = given.map((one) =>
    one.term.node._tag === "Arg" ? childOf(one, placeOfValue(one.term.node)) : one,
  );
  if (value.name === "input") {
    const [named, fallback] = parts;
    const name = named === undefined ? null : context.value(named);
    if (name?._tag !== "String" || fallback === undefined) return;
    const { text } = wanted;
    yield propose(`set the input ${name.text} to ${text} where it runs`, [], {
      inputs: [{ name: name.text, text }],
      distance,
    });
    for (const way of waysTo(fallback, wanted, context, distance))
      yield { ...way, title: `${way.title}, the default of ${name.text}` };
    return;
  }
  for (const part of parts) {
    const now = context.value(part);
    if (now._tag !== wanted.value?._tag) continue;
    for (const way of waysTo(part, wanted, context, distance)) if (!way.losesEquation) yield way;
  }
}
