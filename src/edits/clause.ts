/** Proposals that make an automaton say something: in its clause, at a call, by `with`, or for one element alone. */
import { type Attribute, attributeIn } from "../program/provenance/clause.ts";
import type { Found } from "../program/provenance/find.ts";
import type { Step } from "../program/provenance/step.ts";
import { childrenOf, type Thunk } from "../program/provenance/thunk.ts";
import type { EditContext } from "./context.ts";
import { forOneElement, isLong } from "./element.ts";
import { appendItems, insertClause } from "./items.ts";
import { type Proposal, propose } from "./proposal.ts";
import type { Wanted } from "./wanted.ts";
import { waysTo } from "./ways.ts";

/** What an automaton is to say. */
export interface WantedClause {
  readonly automaton: string;
  readonly attribute: Attribute;
  readonly wanted: Wanted;
  /** As a clause of its own: `instances 5`, `env { MODE = "fast" }`. */
  readonly clause: string;
}

/** `with` is further out than anything in an automaton. */
const ofWith = 10;

const hasBraces = ({ term }: Thunk): boolean =>
  ["AutomatonDecl", "Automaton", "With"].includes(term.node._tag);

/** Where an automaton is written that says nothing of it yet. */
const insertion = ({ thunk }: Found, saying: WantedClause, context: EditContext): readonly Proposal[] => {
  const { attribute, clause, wanted } = saying;
  if (!hasBraces(thunk)) return [];
  const at = context.placeOf(thunk);
  const env = attribute.word === "env" ? clausesTagged(thunk, "Env") : undefined;
  if (env !== undefined) {
    const entry = `${attribute.name} = ${wanted.text}`;
    return [propose(`add \`${entry}\` to \`env\` at ${at}`, [appendItems(context, env, [entry])])];
  }
  if (attribute.word === "settle") {
    const instances = clausesTagged(thunk, "Instances");
    const text = `settle ${wanted.text}`;
    if (instances !== undefined) {
      const { file, end } = context.extent(instances);
      return [propose(`add \`${text}\` at ${at}`, [{ file, start: end, end, text: ` ${text}` }])];
    }
  }
  return [propose(`add \`${clause}\` at ${at}`, [insertClause(context, thunk, clause)])];
};

const clausesTagged = (thunk: Thunk, tag: string): Thunk | undefined =>
  childrenOf(thunk).find(({ term }) => term.node._tag === tag);

/** `with { … }` behind an expression that is the automaton: a call, or an element's body. */
const byWith = ({ steps }: Found, saying: WantedClause, context: EditContext): readonly Proposal[] =>
  steps.flatMap((step): Proposal[] => {
    if (step.kind !== "call") return [];
    const value = context.value(step.thunk);
    if (value._tag !== "Automaton" || value.name !== saying.automaton) return [];
    const { file, end } = context.extent(step.thunk);
    const text = ` with { ${saying.clause} }`;
    const title = `add \`${text.trim()}\` at ${context.placeOf(step.thunk)}`;
    return [propose(title, [{ file, start: end, end, text }], { distance: ofWith })];
  });

/** A clause that is said as a whole, and not as a value. */
const wholeClause = (clause: Thunk, saying: WantedClause, context: EditContext): Proposal =>
  propose(`write \`${saying.clause}\` for \`${context.text(clause)}\` at ${context.placeOf(clause)}`, [
    context.replace(clause, saying.clause),
  ]);

/** Whether the innermost name that decides is bound by a comprehension. */
const elementOf = (steps: readonly Step[]): (Step & { readonly kind: "element" }) | undefined =>
  steps.findLast((step): step is Step & { readonly kind: "element" } => step.kind === "element");

/** Everything that may make an automaton say something, at each place where the system has it. */
export function* proposalsToSay(
  saying: WantedClause,
  context: EditContext,
): Generator<Proposal, void, undefined> {
  for (const found of context.places({ _tag: "Automaton", name: saying.automaton })) {
    const written = attributeIn(found.thunk, saying.attribute, context.provenances.reducer);
    const element = elementOf(found.steps);
    if (element !== undefined && isLong(element.thunk, context)) {
      // Of so many nobody means all by the name of one.
      yield* forOneElement(found, element, written?.value ?? null, saying, context);
      continue;
    }
    // What has no such port gets none, and what protocol it would speak nobody knows.
    if (saying.attribute.word === "provides") {
      if (written?.value != null) yield* waysTo(written.value, saying.wanted, context);
      continue;
    }
    if (written === null) yield* insertion(found, saying, context);
    else if (written.value === null) yield wholeClause(written.clause, saying, context);
    else yield* waysTo(written.value, saying.wanted, context);
    // There it would be written with a count.
    if (saying.attribute.word === "settle") continue;
    yield* byWith(found, saying, context);
    if (element !== undefined) yield* forOneElement(found, element, written?.value ?? null, saying, context);
  }
}
