import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { exitAlike } from "../../../runtime/process/foreground.ts";
import type { BaseCase, InstanceId } from "../../core/base.ts";
import { openWorld } from "../../live/system/world.ts";
import type { ExitCode } from "../command.ts";
import { withRights } from "../kernel.ts";
import { flag, implement, instanceReference, optional, systemName, texts } from "../option-schema.ts";
import { findAt } from "../places.ts";
import { reportError } from "../report-error.ts";
import { kindOf, systems, withDefault } from "../systems.ts";

interface Inside extends InstanceId {
  readonly base: BaseCase;
}

/** Every instance of a system. */
const instancesOf = async (system: string): Promise<readonly Inside[]> => {
  const { base } = await openWorld(system, (await kindOf(system)).name);
  return base.instances().map(({ automaton, index }) => ({ automaton, index, base }));
};

export const exec = implement(
  t.type({ automaton: instanceReference, cmd: texts, root: flag, system: optional(systemName) }),
  async ({ automaton, cmd, root, system }, terminal) => {
    const here = async (): Promise<ExitCode> => {
      const found = await findAt(automaton, system, instancesOf);
      if (isLeft(found)) return reportError(terminal, found.left);
      const { base, ...instance } = found.right[0]!;
      return exitAlike(await base.exec(instance, cmd, root));
    };
    const nothing = async (): Promise<ExitCode> =>
      reportError(terminal, { message: "no system runs here", hint: "start one: architect run FILE" });
    const kinds = await Promise.all((system === null ? await systems() : [system]).map(kindOf));
    return withRights({ kinds: withDefault(kinds), start: false, here, nothing }, terminal);
  },
);
