/** The clause `schedule`. */
import { cronProblem, zoneNamed } from "../../core/cron.ts";
import { quote } from "../quote.ts";
import type { AutomatonValue } from "../value.ts";
import { type Check, refuse } from "./checks.ts";
import type { Draft } from "./draft.ts";
import type { Machine } from "./machine.ts";

export const checkCron: Check<string> = (value, site, machine) => {
  if (value._tag !== "String")
    return refuse("`schedule` takes times as cron writes them", value, site, machine, '`"30 2 * * *"`');
  const problem = cronProblem(value.text);
  if (problem === null) return value.text.trim().split(/\s+/).join(" ");
  const message = `${quote(value.text)} is no schedule: ${problem.message}`;
  machine.report("type-mismatch", message, site, [{ message: problem.hint }]);
  return null;
};

/** Reports what the clock cannot start. What runs nothing may be a part of what does. */
export const checkSchedule = (automaton: AutomatonValue, draft: Draft, machine: Machine): void => {
  const { schedule, runs, once, instances } = automaton;
  if (schedule === null || runs === null) return;
  const site = draft.scheduleSite ?? automaton.site;
  const isNew = draft.schedule !== undefined || draft.runs !== undefined;
  if (isNew && !once)
    machine.report("type-mismatch", "only a job runs by the clock, and this one is to run always", site, [
      { message: "`runs once exec […]` says that it ends" },
    ]);
  const isOne = instances === null || (instances._tag === "Known" && instances.value === 1);
  if (!isOne && (isNew || draft.instances !== undefined))
    machine.report("type-mismatch", "what runs by the clock is one instance: it has no `instances`", site, [
      { message: "another automaton may have the same schedule" },
    ]);
  if (isNew || draft.env !== null) checkZone(automaton, draft, machine);
};

/** Its times are those of its `TZ`, which therefore has to be known. */
const checkZone = ({ env, site }: AutomatonValue, draft: Draft, machine: Machine): void => {
  const zone = env.get("TZ");
  if (zone === undefined) return;
  const at = draft.scheduleSite ?? site;
  if (zone._tag === "Equation" || typeof zone.value !== "string")
    machine.report("type-mismatch", "the times of a schedule are those of `TZ`, which must be a text", at, [
      { message: "`env` says `TZ` by `self`, or by a secret" },
    ]);
  else if (zoneNamed(zone.value) === null)
    machine.report("type-mismatch", `the \`TZ\` of its \`env\` is no time zone: ${quote(zone.value)}`, at, [
      { message: 'a time zone has a name: `TZ = "Europe/Berlin"`' },
    ]);
};
