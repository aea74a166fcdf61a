import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { exit } from "../command.ts";
import { complain } from "../complain.ts";
import { renderEvent } from "../render/event.ts";
import { theme } from "../render/theme.ts";
import { supervised } from "../systems.ts";
import { flag, implement, optional, systemName } from "../words.ts";

export const events = implement(
  t.type({ system: optional(systemName), json: flag }),
  async ({ system, json }, terminal) => {
    const { out } = terminal;
    const keeper = await supervised(system, "so nobody tells what happens");
    if (isLeft(keeper)) return complain(terminal, keeper.left);
    const { client } = keeper.right;
    const paint = theme(out.colour);
    const listening = await client.listen((event) =>
      out.write(json ? `${JSON.stringify(event)}\n` : renderEvent(event, out.columns(), paint)),
    );
    if (isLeft(listening)) return complain(terminal, listening.left);
    // Ended by a signal, or by the end of the orchestrator.
    await client.closed;
    return exit.done;
  },
);
