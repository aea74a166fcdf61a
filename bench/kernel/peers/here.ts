/** What is installed here. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Whether a command runs and ends well. */
export const runs = (command: string, ...words: readonly string[]): boolean =>
  spawnSync(command, words, { stdio: "ignore" }).status === 0;

/** A file that lies beside the sources, and is not compiled. */
export const besides = (path: string): string =>
  fileURLToPath(new URL(`../../../../bench/kernel/${path}`, import.meta.url));
