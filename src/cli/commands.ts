/** The commands, in the order of help. Their implementations load when they are called. */
import type { Command } from "./command.ts";
import { changeCommands } from "./table/change.ts";
import { programCommands } from "./table/program.ts";
import { runningCommands } from "./table/running.ts";
import { toolCommands } from "./table/tool.ts";

export const commands: readonly Command[] = [
  ...programCommands,
  ...changeCommands,
  ...runningCommands,
  ...toolCommands,
];
