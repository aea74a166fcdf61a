import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { SystemState, stateRoot } from "../../../runtime/process/state.ts";
import { nearest } from "../../core/nearest.ts";
import { ControlClient } from "../../live/control/client.ts";
import { lockSystem } from "../../live/lock.ts";
import { openWorld } from "../../live/worlds.ts";
import { type ExitCode, exit } from "../command.ts";
import { complain } from "../complain.ts";
import { showFailures } from "../keep.ts";
import { withRights } from "../kernel.ts";
import { progressOn } from "../render/progress.ts";
import { theme } from "../render/theme.ts";
import { chooseSystem, systems } from "../systems.ts";
import type { Terminal } from "../terminal.ts";
import { implement, optional, systemName } from "../words.ts";

const done = (system: string, was: boolean, { out, err }: Terminal): ExitCode => {
  out.write(was ? `${system} is stopped and removed\n` : `nothing of ${system} is here\n`);
  const meant = was ? null : nearest(system, systems());
  if (meant !== null) err.write(`${theme(err.colour).help("hint:")} did you mean ${meant}?\n`);
  return exit.done;
};

/** Without an orchestrator: what there is of it is read from the world. */
const destroy = async (system: string, terminal: Terminal): Promise<ExitCode> => {
  const was = systems().includes(system);
  const lock = lockSystem(stateRoot(), system);
  if (isLeft(lock))
    return complain(terminal, {
      message: `another process (${lock.left.pid}) is changing ${system}`,
      hint: "try again",
    });
  const progress = progressOn(terminal.err);
  progress.phase(`removing ${system}`);
  try {
    const { base } = openWorld(system, "netns");
    const failures = await base.destroy();
    await base.close();
    progress.end();
    showFailures(failures, terminal);
    return failures.length > 0 ? exit.failed : done(system, was, terminal);
  } finally {
    progress.end();
    lock.right.release();
  }
};

export const down = implement(
  t.type({ system: optional(systemName) }),
  async ({ system: named }, terminal) => {
    const chosen = named === null ? chooseSystem(null, "name one: architect down SYSTEM") : null;
    if (chosen !== null && isLeft(chosen)) {
      if (systems().length > 0) return complain(terminal, chosen.left);
      terminal.out.write("no system runs here\n");
      return exit.done;
    }
    const system = named ?? (chosen as { right: string }).right;
    const client = await ControlClient.open(new SystemState(system).directory);
    if (client !== null) {
      const progress = progressOn(terminal.err);
      progress.phase(`stopping ${system}`);
      const answer = await client.ask("down", {});
      client.close();
      progress.end();
      if (isLeft(answer)) return complain(terminal, answer.left);
      showFailures(answer.right.failures, terminal);
      return answer.right.failures.length > 0 ? exit.failed : done(system, true, terminal);
    }
    return withRights(
      {
        start: false,
        here: () => destroy(system, terminal),
        nothing: async () => done(system, false, terminal),
      },
      terminal,
    );
  },
);
