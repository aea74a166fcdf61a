/** The logs of a system, also of instances that are no more. */
import { readdirSync } from "node:fs";
import type { InstanceLog, InstanceLogs } from "../../src/core/base-kind.ts";
import { refusedWith } from "../kernel-error.ts";

const filesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
};

/** What lies in a directory of logs, each called `AUTOMATON.INDEX.log`. */
export const logsIn = (directory: string): InstanceLogs => ({
  directory,
  all: filesIn(directory).flatMap((file): InstanceLog[] => {
    const [, automaton, index] = /^(.+)\.(\d+)\.log$/.exec(file) ?? [];
    return automaton === undefined ? [] : [{ automaton, index: Number(index), path: `${directory}/${file}` }];
  }),
});
