/** How a system is told of that its orchestrator has left: nobody is there to do what is asked of one. Pure. */
import type { Status } from "../control/status.ts";

const advice = /; (?=`architect restart [^`]+` runs it again)/g;

/** The same words, where first somebody must supervise the system before the advice in them can be followed. */
export const unsupervised = (words: string): string =>
  words.replace(advice, "; under `architect run FILE`, ");

/** As an orchestrator that goes leaves it. */
export const unsupervisedStatus = (status: Status): Status => ({
  ...status,
  problems: status.problems.map(unsupervised),
  automata: status.automata.map((automaton) => ({
    ...automaton,
    instances: automaton.instances.map((instance) => ({
      ...instance,
      reason: instance.reason === null ? null : unsupervised(instance.reason),
    })),
  })),
});
