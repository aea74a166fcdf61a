/** All functions that are built in, by name. */
import type { Builtin } from "./builtin.ts";
import { listBuiltins } from "./lists.ts";
import { numberBuiltins } from "./numbers.ts";
import { orderBuiltins } from "./orders.ts";
import { textBuiltins } from "./texts.ts";
import { worldBuiltins } from "./world.ts";

export const builtins: ReadonlyMap<string, Builtin> = new Map(
  Object.entries({ ...listBuiltins, ...numberBuiltins, ...orderBuiltins, ...textBuiltins, ...worldBuiltins }),
);
