import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { jsonText } from "../../core/json-text.ts";
import { exit } from "../command.ts";
import { flag, implement, moment, optional, systemName } from "../option-schema.ts";
import { EventFeed } from "../render/event-feed.ts";
import { reportError } from "../report-error.ts";
import { supervised } from "../systems.ts";
import { untilGone } from "../terminal.ts";

export const events = implement(
  t.type({ system: optional(systemName), json: flag, since: optional(moment), "no-follow": flag }),
  async ({ system, json, since, "no-follow": ends }, terminal) => {
    const { out } = terminal;
    const keeper = await supervised(
      system,
      "so nobody tells what happens",
      (name) => `architect status ${name} tells how it stands now, architect logs ${name} what it printed`,
    );
    if (isLeft(keeper)) return reportError(terminal, keeper.left);
    const { client } = keeper.right;
    const feed = new EventFeed(out);
    const listening = await client.listen(
      (event) => {
        if (json) out.write(`${jsonText(event)}\n`);
        else feed.print(event);
        // What this reader does not take waits where it comes from, where there is a bound.
        return out.isFull() ? out.drained() : undefined;
      },
      since ?? (ends ? 0 : undefined),
    );
    if (isLeft(listening)) return reportError(terminal, listening.left);
    // Ended by a signal, or with the orchestrator, or with the reader.
    if (!ends) await Promise.race([client.closed, untilGone(out)]);
    client.close();
    return exit.done;
  },
);
