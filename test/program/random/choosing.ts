/** Which edit is made. */
import { type EditName, edits, type Text } from "./edits.ts";
import type { SampleSystem } from "./sample-system.ts";

/** How often each is chosen: what leads to errors less, since many of them hide what else an edit does. */
const weights: Readonly<Record<EditName, number>> = {
  ...{ insert: 8, delete: 2, "delete with its uses": 6, move: 5, exchange: 3, copy: 1 },
  ...{ rename: 8, "rename only the declaration": 2, "rename to a name that is taken": 1 },
  ...{ rewrite: 22, "rewrite a system": 4, "change a clause": 12, "change a number": 6 },
  ...{ comment: 6, "remove a comment": 8, whitespace: 4 },
  ...{
    "break: a character less": 3,
    "break: a token more": 3,
    "break: cut off": 1,
    "break: a name for another": 2,
  },
};
const pot = (Object.entries(weights) as [EditName, number][]).flatMap(([name, weight]) =>
  Array<EditName>(weight).fill(name),
);

/** One random edit, and what kind it is. */
export const randomEdit = (
  text: Text,
  sample: SampleSystem,
): { readonly text: Text; readonly kind: EditName } => {
  for (;;) {
    const kind = sample.random.pick(pot);
    const edited = edits[kind](text, sample);
    if (edited !== null) return { text: edited, kind };
  }
};
