/** Where Architect is installed: the folder of its package.json. */
import { realpathSync } from "node:fs";
import { join } from "node:path";

/** Told by the program that runs, `dist/src/cli/main.js`: the module that asks may be bundled. */
export const home = (): string => join(realpathSync(process.argv[1]!), "../../../..");
