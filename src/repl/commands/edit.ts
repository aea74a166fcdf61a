/** `:edit GOAL`: the session's text, changed by what the system is to be. */
import { isLeft } from "fp-ts/lib/Either.js";
import { renderChoices, renderTexts } from "../../cli/render/edit.ts";
import { type Choice, editsFor } from "../../edits/edits.ts";
import { describeGoal } from "../../edits/goal.ts";
import { readGoal } from "../../edits/read-goal.ts";
import type { ReplContext } from "../context.ts";
import { systemOf } from "./system.ts";

/** The choices that were listed last, for the context on which they were. */
const listed = new WeakMap<ReplContext, readonly Choice[]>();

const apply = async (context: ReplContext, choice: Choice): Promise<void> => {
  const { output, program } = context;
  listed.delete(context);
  for (const { name, text } of choice.inputs) await context.set(name, text);
  const other = choice.texts.find(({ file }) => file !== program.file);
  if (other !== undefined)
    return output.reportError(
      `it changes ${other.file}, which is not in this session`,
      "`architect edit FILE` does that",
    );
  const [text] = choice.texts;
  if (text === undefined) return;
  output.write(renderTexts([text], output.theme));
  await context.rewrite(text.after);
};

/** `:edit GOAL`, and `:edit N` for one of several choices. */
export const edit = async (context: ReplContext, words: string): Promise<void> => {
  const { output } = context;
  const known = listed.get(context);
  if (/^\d+$/.test(words)) {
    const choice = known?.[Number(words) - 1];
    if (choice !== undefined) return apply(context, choice);
    return output.reportError(
      known === undefined ? "there are no choices" : `the choices are 1 to ${known.length}`,
    );
  }
  if (words === "") return output.reportError(":edit needs a goal, such as `scale cart 5`");
  const system = systemOf(context);
  if (system === null) return;
  const goal = readGoal(context.program, words);
  if (isLeft(goal)) return output.reportError(goal.left.message, goal.left.hints[0]);
  const edits = editsFor(context.program, goal.right);
  switch (edits._tag) {
    case "Reached":
      return output.quiet(`it is so already: ${describeGoal(goal.right)}`);
    case "Refused":
      return output.reportError(edits.refusal.message, edits.refusal.hints[0]);
    case "Found":
      if (edits.clear) return apply(context, edits.choices[0]!);
      listed.set(context, edits.choices);
      output.write(renderChoices(edits.choices, system, output.columns, output.theme));
      output.quiet(":edit N applies one of them");
  }
};
