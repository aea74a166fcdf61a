import * as t from "io-ts";
import { exit } from "../command.ts";
import { scripts, shells } from "../complete/scripts.ts";
import { implement, oneOf } from "../option-schema.ts";

export const completion = implement(t.type({ shell: oneOf(shells) }), async ({ shell }, { out }) => {
  out.write(scripts[shell]);
  return exit.done;
});
