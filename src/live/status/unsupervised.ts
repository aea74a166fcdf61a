/** How a system is told of that its orchestrator has left: nobody is there to do what is asked of one. Pure. */
import type { Status } from "../control/status.ts";
import { unscheduledWarnings } from "./schedule.ts";

const advice = /; (?=`architect restart [^`]+` runs it again)/g;

/** The same words, where first somebody must supervise the system before the advice in them can be followed. */
export const unsupervised = (words: string): string =>
  words.replace(advice, "; under `architect run FILE`, ");

/** The automata that run by the clock. */
export const scheduledIn = (automata: Status["automata"]): readonly string[] =>
  automata.flatMap(({ name, instances }) =>
    instances.some(({ schedule }) => schedule !== undefined) ? [name] : [],
  );

/** As an orchestrator that goes leaves it. */
export const unsupervisedStatus = (status: Status): Status => ({
  ...status,
  problems: status.problems.map(unsupervised),
  warnings: [...status.warnings, ...unscheduledWarnings(scheduledIn(status.automata))],
  automata: status.automata.map((automaton) => ({
    ...automaton,
    instances: automaton.instances.map((instance) => ({
      ...instance,
      ...(instance.next === undefined ? {} : { next: null }),
      reason: instance.reason === null ? null : unsupervised(instance.reason),
    })),
  })),
});
