import { setTimeout as sleep } from "node:timers/promises";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { ControlClient } from "../../live/control/client.ts";
import type { Status } from "../../live/control/status.ts";
import { reportOf } from "../../live/report.ts";
import { openWorld } from "../../live/worlds.ts";
import { type ExitCode, exit } from "../command.ts";
import { complain } from "../complain.ts";
import { withRights } from "../kernel.ts";
import { renderStatus } from "../render/status.ts";
import { theme } from "../render/theme.ts";
import { chooseSystem } from "../systems.ts";
import type { Terminal } from "../terminal.ts";
import { flag, implement, optional, systemName } from "../words.ts";

const words = t.type({ system: optional(systemName), json: flag, all: flag, watch: flag });
type Asked = t.TypeOf<typeof words>;

/** How often a watched status is asked for again. */
const lookMs = 500;

/** A way to ask for the status, as often as one likes. Null: there is nothing of the system any more. */
interface Look {
  readonly look: () => Promise<Status | null>;
  readonly close: () => Promise<void>;
}

const fromOrchestrator = (client: ControlClient): Look => ({
  look: async () => {
    const answer = await client.ask("status", {});
    return isLeft(answer) ? null : answer.right;
  },
  close: async () => client.close(),
});

const fromWorld = (system: string): Look => {
  const { base } = openWorld(system, "netns");
  return {
    look: async () => {
      const observation = await base.observe();
      return observation.resources.size === 0 ? null : reportOf(system, "netns", observation);
    },
    close: () => base.close(),
  };
};

/** A screen of its own, without a cursor, and with long lines cut off instead of going on in the next row. */
const screenOn = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const screenOff = "\x1b[?7h\x1b[?25h\x1b[?1049l";

/** Draws over what was drawn before, as much of it as the terminal is high. */
const draw = (text: string, rows: number, { out }: Terminal): void => {
  const lines = text.split("\n");
  const shown =
    lines.length > rows ? [...lines.slice(0, rows - 1), `… ${lines.length - rows + 1} more lines`] : lines;
  out.write(`\x1b[H${shown.map((line) => `\x1b[K${line}`).join("\n")}\x1b[J`);
};

const watch = async (first: Status, { look }: Look, asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const { out } = terminal;
  const live = out.live && !asked.json;
  if (live) out.write(screenOn);
  const leave = (): void => {
    if (live) out.write(screenOff);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      leave();
      process.exit(exit.done);
    });
  let before = "";
  for (let status: Status | null = first; status !== null; status = await look()) {
    const now = asked.json
      ? `${JSON.stringify(status)}\n`
      : renderStatus(status, asked.all, out.columns(), theme(out.colour));
    if (live) draw(now.trimEnd(), process.stdout.rows ?? 24, terminal);
    else if (now !== before) out.write(now);
    before = now;
    await sleep(lookMs);
  }
  leave();
  return complain(terminal, { message: `${first.system} is gone` });
};

const show = async (system: string, way: Look, asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const { out } = terminal;
  const status = await way.look();
  if (status === null) return complain(terminal, { message: `nothing of ${system} is here` });
  if (asked.watch) return watch(status, way, asked, terminal);
  out.write(
    asked.json
      ? `${JSON.stringify(status)}\n`
      : renderStatus(status, asked.all, out.columns(), theme(out.colour)),
  );
  return exit.done;
};

export const status = implement(words, async (asked, terminal) => {
  const chosen = chooseSystem(asked.system, "name one: architect status SYSTEM");
  if (isLeft(chosen)) return complain(terminal, chosen.left);
  const system = chosen.right;
  const withWay = async (way: Look): Promise<ExitCode> => {
    try {
      return await show(system, way, asked, terminal);
    } finally {
      await way.close();
    }
  };
  const client = await ControlClient.open(new SystemState(system).directory);
  if (client !== null) return withWay(fromOrchestrator(client));
  return withRights(
    {
      start: false,
      here: () => withWay(fromWorld(system)),
      nothing: async () => complain(terminal, { message: `nothing of ${system} is here` }),
    },
    terminal,
  );
});
