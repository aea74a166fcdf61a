/** What an orchestrator is made of, for those of its parts that work with the others. */
import type { Program } from "../program/program.ts";
import type { Reconciler } from "../reconcile.ts";
import type { Helm } from "./helm.ts";
import type { Journal } from "./journal.ts";
import type { Outlook } from "./outlook.ts";
import type { Scaling } from "./scaling.ts";
import type { Senses } from "./senses.ts";
import type { Steering } from "./steering.ts";
import type { Troubles } from "./troubles.ts";
import type { Turns } from "./turns.ts";
import type { Wards } from "./wards.ts";

export interface Parts {
  readonly program: Program;
  readonly reconciler: Reconciler;
  readonly journal: Journal;
  readonly turns: Turns;
  readonly wards: Wards;
  readonly scaling: Scaling;
  readonly senses: Senses;
  readonly steering: Steering;
  readonly helm: Helm;
  readonly troubles: Troubles;
  readonly outlook: Outlook;
}
