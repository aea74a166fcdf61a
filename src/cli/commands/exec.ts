import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { namespaceNames } from "../../../runtime/namespaces.ts";
import { takeCensus } from "../../../runtime/process/census.ts";
import { execInside, type Guest } from "../../../runtime/process/exec.ts";
import { readRecords } from "../../../runtime/process/record.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import type { ExitCode } from "../command.ts";
import { complain } from "../complain.ts";
import { withRights } from "../kernel.ts";
import { findAt, type Placed } from "../places.ts";
import { implement, optional, place, systemName, texts } from "../words.ts";

interface Inside extends Placed, Guest {
  readonly automaton: string;
  readonly state: SystemState;
}

/** Every instance of a system: its namespaces, with what runs in them. */
const instancesOf = (system: string): readonly Inside[] => {
  const state = new SystemState(system);
  const { running } = takeCensus(state, readRecords(state));
  const byNamespace = new Map([...running.values()].map((each) => [each.netns, each] as const));
  return namespaceNames(`${system}.`).flatMap((netns): Inside[] => {
    const [, host, index] = /^[^.]+\.([^.]+)\.(\d+)$/.exec(netns) ?? [];
    if (host === undefined) return [];
    const artifact = byNamespace.get(netns);
    // Of a bare instance only the host name can be told.
    const automaton = artifact?.automaton ?? host;
    return [{ state, automaton, index: Number(index), netns, pid: artifact?.pid ?? null }];
  });
};

export const exec = implement(
  t.type({ automaton: place, cmd: texts, system: optional(systemName) }),
  async ({ automaton, cmd, system }, terminal) => {
    const here = async (): Promise<ExitCode> => {
      const found = findAt(automaton, system, instancesOf);
      if (isLeft(found)) return complain(terminal, found.left);
      const guest = found.right[0]!;
      return execInside(guest.state, guest, cmd);
    };
    const nothing = async (): Promise<ExitCode> =>
      complain(terminal, { message: "no system runs here", hint: "start one: architect run FILE" });
    return withRights({ start: false, here, nothing }, terminal);
  },
);
