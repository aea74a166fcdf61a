import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { counted, doneLine } from "../../core/tally.ts";
import { exit } from "../command.ts";
import { showFailures, showWarnings } from "../keep.ts";
import { assignment, implement, optional, systemName } from "../option-schema.ts";
import { theme } from "../render/theme.ts";
import { reportError } from "../report-error.ts";
import { supervised } from "../systems.ts";

/** What a roll does later. */
const following = (remaining: number): string =>
  remaining === 0
    ? ""
    : `; ${counted(remaining, "instance is", "instances are")} replaced as others get ready: architect status --watch`;

export const set = implement(
  t.type({ name: t.array(assignment), system: optional(systemName) }),
  async ({ name: assignments, system }, terminal) => {
    const keeper = await supervised(
      system,
      "so there is nobody to set inputs",
      () =>
        `architect apply FILE ${assignments.map(({ name: of, text }) => `-i ${of}=${text}`).join(" ")} brings it about`,
    );
    if (isLeft(keeper)) return reportError(terminal, keeper.left);
    const { client, ask } = keeper.right;
    try {
      for (const { name, text } of assignments) {
        const answer = await ask("set", { name, text });
        if (isLeft(answer)) return reportError(terminal, answer.left);
        const { operations, failures, warnings = [], milliseconds, remaining = 0 } = answer.right;
        showFailures(failures, terminal);
        showWarnings(warnings, terminal);
        const done = doneLine(operations, milliseconds, theme(terminal.out.colour));
        terminal.out.write(`${name} = ${text}: ${done}${following(remaining)}\n`);
        if (failures.length > 0) return exit.failed;
      }
      return exit.done;
    } finally {
      client.close();
    }
  },
);
