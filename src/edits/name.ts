/** Proposals that give an automaton another name, or make a second one like it. */
import { referencesTo } from "../assist/references.ts";
import { attributeIn } from "../program/provenance/clause.ts";
import { childOf, type Thunk } from "../program/provenance/thunk.ts";
import { addItems, endText, operand } from "./compose.ts";
import type { EditContext } from "./context.ts";
import { addDeclaration } from "./declarations.ts";
import { forOneElement, isLong } from "./element.ts";
import type { Goal } from "./goal.ts";
import { type Proposal, propose } from "./proposal.ts";
import { merged, type Splice } from "./splice.ts";
import { wantedString } from "./wanted.ts";
import { waysTo } from "./ways.ts";

/** What an automaton is made by, below every `with`. */
const madeBy = (thunk: Thunk, context: EditContext): Thunk => {
  let made = thunk;
  while (made.term.node._tag === "With") made = context.provenances.reducer.reduce(childOf(made, 0)).thunk;
  return made;
};

/** Another name in every place where the declaration is named. */
const everywhere = (made: Thunk, to: string, context: EditContext): readonly Splice[] =>
  referencesTo(context.program.workspace, { _tag: "Definition", definition: made.definition }).map(
    ({ of: { module, base }, occurrence }) => ({
      file: module.file,
      start: base + occurrence.start,
      end: base + occurrence.end,
      text: to,
    }),
  );

/** Gives an automaton another name where it has its name from. */
export function* proposalsToRename(
  { automaton, to }: Goal & { readonly _tag: "Rename" },
  context: EditContext,
): Generator<Proposal, void, undefined> {
  const wanted = wantedString(to);
  const seen = new Set<string>();
  for (const { thunk, steps } of context.places({ _tag: "Automaton", name: automaton })) {
    const written = attributeIn(thunk, { word: "name", name: null }, context.provenances.reducer);
    const made = madeBy(thunk, context);
    const key = `${made.definition.file} ${made.definition.key} ${made.at} ${written?.clause.at}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const element = steps.findLast((step) => step.kind === "element");
    if (element?.kind === "element") {
      const value = written?.value ?? (made.term.node._tag === "Automaton" ? childOf(made, 0) : null);
      const attribute = { word: "name", name: null };
      const saying = { automaton, attribute, wanted, clause: `name ${wanted.text}` };
      yield* forOneElement({ thunk, steps }, element, value, saying, context);
      if (isLong(element.thunk, context)) continue;
    }
    if (written?.value != null) yield* waysTo(written.value, wanted, context);
    else if (made.term.node._tag === "Automaton") yield* waysTo(childOf(made, 0), wanted, context);
    else if (made.term.node._tag === "AutomatonDecl")
      yield propose(
        `name it ${to} where it is declared, and wherever it is named`,
        everywhere(made, to, context),
      );
    for (const step of steps) {
      const value = context.value(step.thunk);
      if (step.kind !== "call" || value._tag !== "Automaton" || value.name !== automaton) continue;
      const { file, end } = context.extent(step.thunk);
      const text = ` with { name ${wanted.text} }`;
      yield propose(
        `add \`${text.trim()}\` at ${context.placeOf(step.thunk)}`,
        [{ file, start: end, end, text }],
        {
          distance: 10,
        },
      );
    }
  }
}

/** A declaration of the copy: the text again where an automaton is declared by name, else `with` another name. */
const declarationOf = (
  goal: Goal & { readonly _tag: "Copy" },
  context: EditContext,
): readonly Splice[] | null => {
  const { automaton, to } = goal;
  const { workspace, file } = context.program;
  const own = [...workspace.modules.get(file)!.definitions.values()].find(
    ({ node, term }) =>
      node.value?._tag === "Automaton" && node.value.name === automaton && term?.node._tag !== "Import",
  );
  if (own === undefined) return null;
  if (own.term?.node._tag !== "AutomatonDecl")
    return [addDeclaration(context, own, `let ${to} = ${own.name} with { name ${wantedString(to).text} }`)];
  const whole: Thunk = { definition: own, term: own.term, at: 0, environment: null };
  const [{ start, end }, focus] = [context.extent(whole), context.focus(whole)];
  const text = context.fileText(file);
  return [addDeclaration(context, own, text.slice(start, focus.start) + to + text.slice(focus.end, end))];
};

/** Makes an automaton like another, wired to the same providers. */
export function* proposalsToCopy(
  goal: Goal & { readonly _tag: "Copy" },
  context: EditContext,
): Generator<Proposal, void, undefined> {
  const { automaton, to } = goal;
  const member = context.member(automaton);
  if (member === null) return;
  const declared = declarationOf(goal, context);
  const reference = context.reference(automaton);
  if (declared === null && reference === null) return;
  const copy = declared === null ? `${reference} with { name ${wantedString(to).text} }` : to;
  const items = member.wires.map(({ requirement, to: targets }) => {
    const own = targets.map((target) => {
      const provider = target.automaton === automaton ? operand(copy) : context.reference(target.automaton);
      return provider === null ? null : endText(provider, target.port);
    });
    if (own.includes(null)) return null;
    const arrow =
      member.wires.find((wire) => wire.requirement === requirement)?.kind === "message" ? "->" : "=>";
    const providers = own.length === 1 ? own[0]! : `(${own.join(" | ")})`;
    return `${endText(operand(copy), requirement)} ${arrow} ${providers}`;
  });
  if (items.includes(null)) return;
  const added = items.length === 0 ? [copy] : (items as readonly string[]);
  yield propose(
    declared === null ? `add \`${added.join(", ")}\`` : `declare ${to} behind ${automaton}, wired as it is`,
    merged([declared ?? [], addItems(context, added)]),
  );
}
