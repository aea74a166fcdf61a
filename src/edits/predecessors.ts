/** Taking an automaton out of what others start after. */
import { coerce, isComposable } from "../language/composition/coerce.ts";
import { ends } from "../language/composition/face.ts";
import type { Site } from "../language/problem.ts";
import { attributeIn } from "../program/provenance/clause.ts";
import { childrenOf, type Thunk } from "../program/provenance/thunk.ts";
import type { EditContext } from "./context.ts";
import type { Splice } from "./splice.ts";

const nowhere: Site = { module: "", declaration: "", at: 0 };

/** Whether an expression of `after` means an automaton, or a port of it, and nothing else. */
const meansOnly = (context: EditContext, thunk: Thunk, automaton: string): boolean => {
  const value = context.value(thunk);
  if (!isComposable(value)) return false;
  const meant = [...ends(coerce(value, nowhere).value.front)].flatMap(({ sources }) => [...sources]);
  return meant.length > 0 && meant.every((source) => source.automaton === automaton);
};

/** What takes an automaton out of the clauses `after` of all others; a clause that would be empty goes. */
export const withoutPredecessor = (context: EditContext, automaton: string): readonly Splice[] => {
  const splices = new Map<string, Splice>();
  for (const name of context.program.relations?.keys() ?? []) {
    const after = context.member(name)?.automaton.after ?? [];
    if (name === automaton || !after.some((one) => one.automaton === automaton)) continue;
    for (const { thunk } of context.places({ _tag: "Automaton", name })) {
      const written = attributeIn(thunk, { word: "after", name: null }, context.provenances.reducer);
      if (written === null) continue;
      const all = childrenOf(written.clause);
      const kept = all.filter((one) => !meansOnly(context, one, automaton));
      if (kept.length === all.length) continue;
      const { file, start, end } = context.extent(written.clause);
      const key = `${file} ${start}`;
      if (kept.length > 0) {
        const text = `after ${kept.map((one) => context.text(one)).join(", ")}`;
        splices.set(key, { file, start, end, text });
      } else {
        // With the white space before it.
        const spaces = /[ \t]*(?:\r?\n[ \t]*)?$/.exec(context.fileText(file).slice(0, start))![0].length;
        splices.set(key, { file, start: start - spaces, end, text: "" });
      }
    }
  }
  return [...splices.values()];
};
