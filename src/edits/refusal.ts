/** Why no edit reaches a goal, and what somebody can do instead. */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { EditContext } from "./context.ts";
import { automataOf, type Goal, type Refusal, refuse } from "./goal.ts";
import type { Proposal } from "./proposal.ts";

/** What was tried, and what would be wrong with it. */
export interface Tried {
  readonly proposal: Proposal;
  readonly diagnostics: readonly Diagnostic[];
}

/** The requirement of a wire that must be there; null where it may go. */
const requiredBy = (goal: Goal, context: EditContext): readonly (readonly [string, string])[] => {
  const isRequired = (from: string, requirement: string): boolean =>
    context
      .member(from)
      ?.automaton.requires.some(({ name, optional }) => name === requirement && !optional) === true;
  if (goal._tag === "DeleteWire")
    return (context.member(goal.from)?.wires ?? []).flatMap(({ requirement, to }) => {
      const isMeant =
        (goal.requirement === null || goal.requirement === requirement) &&
        (goal.to === null || to.some(({ automaton }) => automaton === goal.to));
      return isMeant && isRequired(goal.from, requirement) ? [[goal.from, requirement] as const] : [];
    });
  if (goal._tag !== "Delete") return [];
  return [...context.program.augmentation.tree].flatMap(({ key }) =>
    key === goal.automaton
      ? []
      : (context.member(key)?.wires ?? []).flatMap(({ requirement, to }) =>
          to.some(({ automaton }) => automaton === goal.automaton) && isRequired(key, requirement)
            ? [[key, requirement] as const]
            : [],
        ),
  );
};

/** Why nothing that was tried will do. */
export const refusalOf = (
  goal: Goal,
  context: EditContext,
  tried: readonly Tried[],
  words: string,
): { readonly _tag: "Refused"; readonly refusal: Refusal; readonly diagnostics: readonly Diagnostic[] } => {
  const required = requiredBy(goal, context);
  const [first] = required;
  if (first !== undefined) {
    const [automaton, requirement] = first;
    const all = required.map(([from, name]) => `${from}.${name}`);
    const message =
      goal._tag === "Delete"
        ? `${goal.automaton} is required by ${all.join(", ")}`
        : `${all.join(", ")} must be wired: it is not optional`;
    const hints = [
      `make it optional: \`requires ${requirement}?: …\` in ${automaton}`,
      `wire it to another: \`rewire ${automaton}.${requirement}\``,
      `take the requirer out first: \`delete ${automaton}\``,
    ];
    return { _tag: "Refused", refusal: { message, hints }, diagnostics: [] };
  }
  const { program } = context;
  const files = [...program.workspace.modules.keys()].filter((file) => context.isReadOnly(file));
  const all = tried.flatMap(({ diagnostics }) => diagnostics);
  const names = automataOf(goal);
  // Of all that is wrong, what speaks of most of what the goal speaks of.
  const told = ({ message }: Diagnostic): number => names.filter((name) => message.includes(name)).length;
  const reason = all.reduce<Diagnostic | undefined>(
    (best, one) => (best === undefined || told(one) > told(best) ? one : best),
    undefined,
  );
  const message =
    reason === undefined
      ? `no edit of the text leads to \`${words}\``
      : `\`${words}\` would be wrong: ${reason.message}`;
  const hints = files.map((file) => `${file} is imported with its hash, so it is not edited`);
  return {
    _tag: "Refused",
    refusal: hints.length > 0 && reason === undefined ? refuse(message, ...hints) : refuse(message),
    diagnostics: [],
  };
};
