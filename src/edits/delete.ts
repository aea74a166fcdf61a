/** Proposals that take automata, wires and publications out of a system. */
import type { Definition } from "../program/definition.ts";
import type { SystemElement } from "../program/provenance/element.ts";
import type { EditContext } from "./context.ts";
import { removeDeclaration } from "./declarations.ts";
import type { Goal } from "./goal.ts";
import { judge, retexts, costOf as sideEffects } from "./judge.ts";
import { withoutPredecessor } from "./predecessors.ts";
import { type Proposal, propose } from "./proposal.ts";
import type { Remembered } from "./reached.ts";
import { type Removal, removalsAt } from "./removal.ts";
import { merged, type Splice } from "./splice.ts";

/** More places than these are not tried one by one. */
const most = 16;

/** How much of each place goes: as little as can be, and more where nothing else goes with it. */
const choose = (
  places: readonly (readonly Removal[])[],
  costOf: (removals: readonly Removal[]) => number,
): readonly Removal[] => {
  const chosen = places.map((removals) => removals[0]!);
  let cost = costOf(chosen);
  if (places.length > most) return chosen;
  for (const [place, removals] of places.entries())
    for (const removal of removals.slice(1)) {
      const tried = chosen.with(place, removal);
      const found = costOf(tried);
      if (found > cost || found === Number.POSITIVE_INFINITY) continue;
      chosen[place] = removal;
      cost = found;
    }
  return chosen;
};

/** Declarations of an automaton that nothing mentions any more after an edit. */
const unused = (
  context: EditContext,
  automaton: string,
  splices: readonly Splice[],
): readonly Definition[] => {
  const { program } = context;
  const { workspace, file } = program;
  const own = [...workspace.modules.get(file)!.definitions.values()].filter(
    ({ node, term }) =>
      node.value?._tag === "Automaton" && node.value.name === automaton && term?.node._tag !== "Import",
  );
  const texts = retexts(context, splices, () => false);
  if (own.length === 0 || texts === null) return [];
  const { seen } = program.previewAll(
    texts.map((one) => [one.file, one.after] as const),
    [],
    () => {
      const { mentions } = workspace.modules.get(file)!;
      return new Set(
        own.filter(({ name }) => name !== null && mentions.of(name) === null).map(({ key }) => key),
      );
    },
  );
  return own.filter(({ key }) => seen.has(key));
};

/** A proposal to take an element out wherever it is said, and what must go beside it. */
const proposalToRemove = (
  context: EditContext,
  goal: Goal,
  before: Remembered,
  elements: readonly SystemElement[],
  title: string,
  beside: Removal = [],
): Proposal | null => {
  const places = elements.flatMap((element) =>
    context.places(element).map((found) => removalsAt(context, found)),
  );
  if (places.length === 0 || places.some(({ length }) => length === 0)) return null;
  const costOf = (removals: readonly Removal[]): number => {
    const verdict = judge(context, goal, propose(title, merged([...removals, beside])), before, () => false);
    return verdict._tag === "Good" ? sideEffects(verdict.judged) : Number.POSITIVE_INFINITY;
  };
  const splices = merged([...choose(places, costOf), beside]);
  return propose(title, splices);
};

/** Takes a publication out. */
export function* proposalsToUnpublish(
  goal: Goal & { readonly _tag: "DeletePublication" },
  context: EditContext,
  before: Remembered,
): Generator<Proposal, void, undefined> {
  const { hostPort, transport } = goal;
  const elements = (["tcp", "udp"] as const)
    .filter((one) => transport === null || one === transport)
    .map((one): SystemElement => ({ _tag: "Publication", hostPort, transport: one }));
  const title = `take the publication at port ${hostPort} out`;
  const proposal = proposalToRemove(context, goal, before, elements, title);
  if (proposal !== null) yield proposal;
}

/** Takes an automaton out, and its declaration where nothing else uses it. */
export function* proposalsToDelete(
  goal: Goal & { readonly _tag: "Delete" },
  context: EditContext,
  before: Remembered,
): Generator<Proposal, void, undefined> {
  const { automaton } = goal;
  const element: SystemElement = { _tag: "Automaton", name: automaton };
  const beside = withoutPredecessor(context, automaton);
  const proposal = proposalToRemove(context, goal, before, [element], `take ${automaton} out`, beside);
  if (proposal === null) return;
  const declarations = unused(context, automaton, proposal.splices);
  if (declarations.length === 0) return yield proposal;
  const names = declarations.map(({ name }) => name).join(", ");
  yield {
    ...proposal,
    title: `take ${automaton} out, and the declaration of ${names}, which nothing else uses`,
    splices: [...proposal.splices, ...declarations.map((one) => removeDeclaration(context, one))],
  };
}
