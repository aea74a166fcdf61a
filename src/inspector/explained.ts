/** An explanation as the page shows it: attributes in words. */
import type { Explained } from "../live/control/explanation.ts";
import type { ExplainedDependency, PassExplained } from "../program/explain.ts";
import { ownSteps } from "../program/provenance/own-steps.ts";
import type { ReportedProvenance } from "../program/provenance/report.ts";

/** What an attribute consists of, a line each: what it is called, and what there is to say of it. */
export type AttributeRow = readonly [name: string, detail: string];

/** Puts the attribute of a pass into words. */
export type AttributeRows = (
  pass: string,
  attributes: Readonly<Record<string, unknown>>,
  of: Pick<Explained, "automaton" | "part">,
) => readonly AttributeRow[];

/** What one pass found. */
export interface ExplainedPass extends Omit<PassExplained, "attribute"> {
  readonly rows: readonly AttributeRow[];
}

/** Why an automaton is as it is. */
export interface ExplainedElement {
  readonly automaton: string;
  readonly written: readonly ExplainedDependency[];
  /** Those of its parts begin where that of the automaton ends. */
  readonly provenances: readonly ReportedProvenance[];
  readonly passes: readonly ExplainedPass[];
}

/** The explanation for a page. */
export const explainedElement = (explained: Explained, rowsOf: AttributeRows): ExplainedElement => {
  const { automaton, part, written, provenances, passes } = explained;
  const whole = provenances.find(({ of }) => of === "automaton");
  const attributes = Object.fromEntries(passes.map(({ pass, attribute }) => [pass, attribute]));
  return {
    ...{ automaton, written },
    provenances: provenances.map((one) => (one === whole ? one : { ...one, steps: ownSteps(one, whole) })),
    passes: passes.map(({ attribute: _, ...pass }) => ({
      ...pass,
      rows: rowsOf(pass.pass, attributes, { automaton, part }),
    })),
  };
};
