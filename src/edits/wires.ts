/** Proposals that take a wire away, or lead it to another provider. */
import { mismatchOf } from "../language/protocol/subtype.ts";
import type { Found } from "../program/provenance/find.ts";
import type { Step } from "../program/provenance/step.ts";
import { childOf, childrenOf, type Thunk } from "../program/provenance/thunk.ts";
import { addItems, endText, operand } from "./compose.ts";
import type { EditContext } from "./context.ts";
import type { Goal } from "./goal.ts";
import { retexts } from "./judge.ts";
import { type Proposal, propose } from "./proposal.ts";
import { type Removal, removalsAt } from "./removal.ts";
import { merged, type Splice } from "./splice.ts";

/** The members that an edit would lose, as items to be added again; null where one cannot be named. */
const lostMembers = (context: EditContext, splices: readonly Splice[]): readonly string[] | null => {
  const { program } = context;
  const before = [...(program.relations?.keys() ?? [])];
  const texts = retexts(context, splices, () => false);
  if (texts === null) return null;
  // What is missing may leave others unwired: only with it again there is nothing wrong.
  const { seen } = program.previewAll(
    texts.map(({ file, after }) => [file, after] as const),
    [],
    () => new Set(program.relations?.keys() ?? []),
  );
  const lost = before.filter((name) => !seen.has(name) && context.member(name) !== null);
  const references = lost.map((name) => context.reference(name));
  return references.includes(null) ? null : (references as readonly string[]);
};

/** An edit that keeps all automata in the system, and adds what else is wanted. */
const keepingAll = (
  context: EditContext,
  title: string,
  splices: readonly Splice[],
  more: readonly string[],
  distance: number,
): Proposal | null => {
  const added = addItems(context, more);
  const lost = lostMembers(context, merged([splices, added]));
  if (lost === null) return null;
  const all = merged([splices, addItems(context, [...lost, ...more])]);
  return propose(title, all, { distance });
};

type Operand = Step & { readonly kind: "operand" };

/** What takes an automaton out of an operand of a chain, the least of it. */
const outOf = (
  context: EditContext,
  automaton: string,
  chain: Thunk,
  isLeft: boolean,
): readonly Removal[] => {
  const places: readonly Found[] = context.places({ _tag: "Automaton", name: automaton });
  return places.flatMap((found) => {
    const at = found.steps.findIndex((step) => step.kind === "operand" && sameThunk(step.chain, chain));
    const step = found.steps[at] as Operand | undefined;
    if (step === undefined) return [];
    const last = childrenOf(chain).length - 1;
    if (isLeft ? step.index === last : step.index === 0) return [];
    return removalsAt(context, { thunk: found.thunk, steps: found.steps.slice(at) }).slice(0, 1);
  });
};

const sameThunk = (a: Thunk, b: Thunk): boolean => a.definition === b.definition && a.at === b.at;

/** Takes wires out, and keeps the automata. */
export function* proposalsToUnwire(
  { from, requirement, to }: Goal & { readonly _tag: "DeleteWire" },
  context: EditContext,
): Generator<Proposal, void, undefined> {
  const member = context.member(from);
  const meant = (member?.wires ?? []).filter(
    (wire) =>
      (requirement === null || wire.requirement === requirement) &&
      (to === null || wire.to.some(({ automaton }) => automaton === to)),
  );
  const places = meant.flatMap((wire) =>
    context.places({ _tag: "Wire", from, requirement: wire.requirement }),
  );
  const title = `take the wire of ${endText(from, requirement)} out`;
  const sides: readonly (readonly [string | null, boolean])[] = [
    [from, true],
    [to, false],
  ];
  for (const [distance, [name, isLeft]] of sides.entries()) {
    if (name === null) continue;
    const removals = places.flatMap((found) => {
      const last = found.steps.at(-1);
      if (last?.kind === "requirement") return removalsAt(context, found).slice(0, 1);
      return last?.kind === "arrow" ? outOf(context, name, last.thunk, isLeft) : [];
    });
    if (removals.length === 0) continue;
    const proposal = keepingAll(context, title, merged(removals), [], distance);
    if (proposal !== null) yield proposal;
  }
}

/** The automata that a wire could lead to instead: those that the system has, but for the ones it leads to. */
const othersFor = (
  { from, requirement, to }: Goal & { readonly _tag: "Rewire" },
  context: EditContext,
): readonly string[] => {
  if (to !== null) return [to];
  const now = context.member(from)?.wires.find((wire) => wire.requirement === requirement)?.to ?? [];
  return fitting(context, from, requirement).filter(
    (name) => name !== from && !now.some(({ automaton }) => automaton === name),
  );
};

/** The automata, of the system and declared, that provide what a requirement asks for. */
const fitting = (context: EditContext, from: string, requirement: string): readonly string[] => {
  const wanted = context.member(from)?.automaton.requires.find(({ name }) => name === requirement);
  if (wanted === undefined) return [];
  const all = new Map(context.declared.map((one) => [one.name, one] as const));
  for (const { key } of context.program.augmentation.tree) {
    const automaton = context.automaton(key);
    if (automaton !== null) all.set(key, automaton);
  }
  return [...all.values()].flatMap(({ name, provides }) =>
    provides.some(({ protocol }) => mismatchOf(protocol, wanted.protocol) === null) ? [name] : [],
  );
};

/** Leads a wire to another provider. */
export function* proposalsToRewire(
  goal: Goal & { readonly _tag: "Rewire" },
  context: EditContext,
): Generator<Proposal, void, undefined> {
  const { from, requirement, port } = goal;
  const places = context.places({ _tag: "Wire", from, requirement });
  const left = context.reference(from);
  for (const name of othersFor(goal, context)) {
    const reference = context.reference(name);
    if (reference === null) continue;
    const right = operand(endText(reference, port));
    const title = `lead ${from}.${requirement} to ${endText(name, port)}`;
    const direct = places.flatMap(({ steps }) => {
      const last = steps.at(-1);
      if (last?.kind === "requirement")
        return [context.replace(childOf(last.thunk, 0), endText(reference, port))];
      if (last?.kind !== "arrow") return [];
      const operands = childrenOf(last.thunk);
      return operands.length === 2 ? [context.replace(operands[1]!, right)] : [];
    });
    const inPlace = keepingAll(context, title, direct, [], 0);
    if (direct.length === places.length && inPlace !== null) yield inPlace;
    const removals = places.flatMap(({ steps }) => {
      const last = steps.at(-1);
      return last?.kind === "arrow" ? outOf(context, from, last.thunk, true) : [];
    });
    if (left === null || removals.length === 0) continue;
    const item = `${operand(endText(left, requirement))} => ${right}`;
    const moved = keepingAll(context, title, merged(removals), [item], 1);
    if (moved !== null) yield moved;
  }
}
