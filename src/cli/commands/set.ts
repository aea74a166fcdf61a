import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { doneLine } from "../../core/tally.ts";
import { exit } from "../command.ts";
import { complain } from "../complain.ts";
import { showFailures } from "../keep.ts";
import { theme } from "../render/theme.ts";
import { supervised } from "../systems.ts";
import { assignment, implement, optional, systemName } from "../words.ts";

export const set = implement(
  t.type({ name: t.array(assignment), system: optional(systemName) }),
  async ({ name: assignments, system }, terminal) => {
    const keeper = await supervised(system, "so there is nobody to set inputs");
    if (isLeft(keeper)) return complain(terminal, keeper.left);
    const { client } = keeper.right;
    try {
      for (const { name, text } of assignments) {
        const answer = await client.ask("set", { name, text });
        if (isLeft(answer)) return complain(terminal, answer.left);
        const { operations, failures, milliseconds } = answer.right;
        showFailures(failures, terminal);
        terminal.out.write(
          `${name} = ${text}: ${doneLine(operations, milliseconds, theme(terminal.out.colour))}\n`,
        );
        if (failures.length > 0) return exit.failed;
      }
      return exit.done;
    } finally {
      client.close();
    }
  },
);
