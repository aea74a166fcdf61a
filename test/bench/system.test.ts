/** What the benchmarks of the kernel measure has been done: the kernel has all of it, and nothing else. */
import { apply, between, insistOn, nothing, ringOf, withBase } from "../../bench/kernel/system.ts";
import { kernelTest as test } from "../runtime/netns/lab.ts";

test("a ring of bare instances is there as a whole, its hub too", async (t) => {
  const state = ringOf("benchring", 3);
  await withBase("benchring", async (base) => {
    await apply(base, between(nothing, state));
    await t.notThrowsAsync(insistOn(base, state));
  });
});
