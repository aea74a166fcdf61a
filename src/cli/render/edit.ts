/** Choices of an edit: each with its text diff and its plan, for people and as JSON. */

import { counted } from "../../core/tally.ts";
import { visibleLine } from "../../core/visible.ts";
import type { Choice } from "../../edits/edits.ts";
import { hunks } from "../../edits/lines.ts";
import type { TextChange } from "../../edits/splice.ts";
import { plannedJson, renderPlan } from "./plan.ts";
import type { Theme } from "./theme.ts";

/** A choice as `--json` tells it. */
export const choiceJson = ({ title, edits, inputs, operations, reasons, collateral, ...more }: Choice) => ({
  title,
  edits,
  ...(inputs.length > 0 ? { inputs } : {}),
  operations: operations.map((operation) =>
    plannedJson({ ...operation, because: reasons.get(operation.key) ?? [] }),
  ),
  collateral,
  // Whoever applies it later can tell whether it is still for this text.
  files: more.texts.map(({ file, hash }) => ({ file, sha256: hash })),
  touches: more.touches,
  lostComments: more.lost,
  warnings: more.warnings,
});

/** The lines that change, as a diff without context; whole, since what changes may stand at their end. */
export const renderTexts = (texts: readonly TextChange[], theme: Theme): string => {
  const line = (sign: string, text: string): string =>
    `${sign}${visibleLine(text.replace(/\r?\n$/, "").replaceAll("\t", "    "))}`;
  return texts
    .map(({ file, before, after }) =>
      hunks(before, after)
        .map(({ at, removed, to, inserted }) => {
          const head = theme.quiet(`${file}:${(removed.length > 0 ? at : to) + 1}`);
          const gone = removed.map((text) => `${theme.delete(line("- ", text))}\n`).join("");
          const come = inserted.map((text) => `${theme.create(line("+ ", text))}\n`).join("");
          return `${head}\n${gone}${come}`;
        })
        .join(""),
    )
    .join("");
};

const indented = (text: string, by: string): string => text.replace(/^(?=.)/gm, by);

const notesOf = ({ collateral, touches, lost, warnings, inputs }: Choice, theme: Theme): string =>
  [
    ...inputs.map(
      ({ name, text }) => `sets ${name} = ${visibleLine(text)} where it runs; the text stays as it is`,
    ),
    ...(collateral === 0
      ? []
      : [`${theme.warning("also changes")} ${touches.join(", ")}: ${counted(collateral, "change")}`]),
    ...lost.map((comment) => `${theme.warning("takes a comment out")}: ${visibleLine(comment)}`),
    ...warnings.map((warning) => `${theme.warning("warning:")} ${warning}`),
  ]
    .map((note) => `${note}\n`)
    .join("");

/** One choice with its diff and its plan. */
export const renderChoice = (choice: Choice, system: string, room: number | null, theme: Theme): string =>
  [
    renderTexts(choice.texts, theme),
    notesOf(choice, theme),
    renderPlan(
      {
        system,
        operations: choice.operations.map((one) => ({ ...one, because: choice.reasons.get(one.key) ?? [] })),
      },
      room,
      theme,
    ),
  ].join("");

/** All choices, numbered from 1; the plan of each in one line. */
export const renderChoices = (
  choices: readonly Choice[],
  system: string,
  room: number | null,
  theme: Theme,
): string =>
  choices
    .map((choice, index) => {
      const left = room === null ? null : room - 4;
      const [plan = ""] = renderPlan({ system, operations: choice.operations }, left, theme).split("\n");
      const rest = `${renderTexts(choice.texts, theme)}${notesOf(choice, theme)}${plan}\n`;
      return `${theme.heading(`${index + 1}. ${choice.title}`)}\n${indented(rest, "    ")}`;
    })
    .join("\n");
