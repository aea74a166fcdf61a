import { readFileSync } from "node:fs";
import test from "ava";
import { manual } from "../../src/cli/manual.ts";

test("docs/cli.md is what the table of commands says (npm run docs)", (t) => {
  t.is(readFileSync(new URL("../../../docs/cli.md", import.meta.url), "utf8"), manual());
});
