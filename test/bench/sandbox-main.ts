/** A benchmark that is in the middle of its work until it is interrupted. */
import { readlinkSync } from "node:fs";
import { apply, between, nothing, ringOf, withBase } from "../../bench/kernel/system.ts";
import { runApart } from "../../bench/sandbox.ts";

await runApart();
await withBase("benchstop", async (base) => {
  await apply(base, between(nothing, ringOf("benchstop", 3)));
  console.log(`in ${readlinkSync("/proc/self/ns/net")}`);
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
