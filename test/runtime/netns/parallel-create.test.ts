/** Many instances at once are made on two threads: the same as one by one, with what is refused told. */

import { namespaceNames } from "../../../runtime/namespaces.ts";
import { ParallelCreate } from "../../../runtime/netns/parallel-create.ts";
import { type Instance, instanceKey } from "../../../src/core/resource.ts";
import { freshName } from "../../fresh.ts";
import { between, byKey, nothing, resourcesOf } from "../model.ts";
import { open, kernelTest as test } from "./lab.ts";
import { ownedOf } from "./owned.ts";

const count = 220;
const stateOf = (system: string) => byKey(resourcesOf({ system, automata: [{ name: "a", count }] }));

test("what two threads make is what was desired", async (t) => {
  const system = freshName();
  const base = open(t, system);
  const state = stateOf(system);
  t.deepEqual(await base.apply(between(nothing, state)), []);
  t.deepEqual(between((await base.observe()).resources, state), []);
});

test("what is refused on either thread is told, and leaves nothing", async (t) => {
  const system = freshName();
  const base = open(t, system);
  const keys = [0, count - 1].map((index) => instanceKey("a", index));
  const state = new Map(stateOf(system));
  const spoilt = new Map(state);
  for (const key of keys)
    spoilt.set(key, { ...(state.get(key) as Instance), link: "a name that is too long" });
  const failures = await base.apply(between(nothing, spoilt));
  t.deepEqual(
    failures.map(({ key, doing }) => [key, doing]).sort(),
    keys.map((key) => [key, "create the veth a name that is too long"]).sort(),
  );
  for (const key of keys) state.delete(key);
  t.deepEqual(between((await base.observe()).resources, state), []);
  t.is(namespaceNames(`${system}.`).length, 1 + count - keys.length);
});

test("few are made without another thread", (t) => {
  const reserve = (): number => t.fail() as never;
  t.is(ParallelCreate.begin(ownedOf("x"), "x.hub", [], reserve), null);
});
