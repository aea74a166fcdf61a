/** What is remembered of promises. */
import test from "ava";
import { remembered } from "../../src/core/remembered.ts";

test("work is done once, also while it is being done", async (t) => {
  const known = new Map<string, Promise<number>>();
  let made = 0;
  const ask = () => remembered(known, "a", async () => ++made);
  t.deepEqual(await Promise.all([ask(), ask()]), [1, 1]);
  t.is(await ask(), 1);
});

test("work that failed is told to all who waited, and done again for the next", async (t) => {
  const known = new Map<string, Promise<number>>();
  let made = 0;
  const ask = () =>
    remembered(known, "a", async () => {
      made++;
      if (made === 1) throw new Error("not now");
      return made;
    });
  const answers = await Promise.allSettled([ask(), ask()]);
  t.deepEqual(
    answers.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  t.is(await ask(), 2);
  t.is(await ask(), 2);
});
