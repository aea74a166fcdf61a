/** What may be done for each kind of goal. */

import { proposalsToSay } from "./clause.ts";
import { clauseText, valueText } from "./clause-text.ts";
import { proposalsToPublish, proposalsToWire } from "./compose.ts";
import type { EditContext } from "./context.ts";
import { proposalsToDelete, proposalsToUnpublish } from "./delete.ts";
import type { Goal } from "./goal.ts";
import { proposalsToSetInput } from "./input.ts";
import { proposalsToCopy, proposalsToRename } from "./name.ts";
import type { Proposal } from "./proposal.ts";
import type { Remembered } from "./reached.ts";
import { wantedCount, wantedText } from "./wanted.ts";
import { proposalsToRewire, proposalsToUnwire } from "./wires.ts";

/** Proposals for a goal; whether they are any good is judged elsewhere. */
export function* proposalsFor(
  goal: Goal,
  context: EditContext,
  before: Remembered,
): Generator<Proposal, void, undefined> {
  switch (goal._tag) {
    case "Scale": {
      const { automaton, count } = goal;
      const attribute = { word: "instances", name: null };
      yield* proposalsToSay(
        { automaton, attribute, wanted: wantedCount(count), clause: `instances ${count}` },
        context,
      );
      return;
    }
    case "Delete":
      yield* proposalsToDelete(goal, context, before);
      return;
    case "DeletePublication":
      yield* proposalsToUnpublish(goal, context, before);
      return;
    case "Set": {
      const { automaton, word, name } = goal;
      const saying = {
        automaton,
        attribute: { word, name },
        wanted: wantedText(valueText(goal)),
        clause: clauseText(goal),
      };
      yield* proposalsToSay(saying, context);
      return;
    }
    case "SetInput":
      yield* proposalsToSetInput(goal, context);
      return;
    case "Rename":
      yield* proposalsToRename(goal, context);
      return;
    case "DeleteWire":
      yield* proposalsToUnwire(goal, context);
      return;
    case "Wire":
      yield* proposalsToWire(goal, context, before);
      return;
    case "Rewire":
      yield* proposalsToRewire(goal, context);
      return;
    case "Copy":
      yield* proposalsToCopy(goal, context);
      return;
    case "Publish":
      yield* proposalsToPublish(goal, context);
      return;
  }
}
