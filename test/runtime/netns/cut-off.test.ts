/** A process whose namespace lost its name while nobody looked: nobody reaches it, and it lives on. */
import { execFileSync } from "node:child_process";
import { isAlive } from "../../../runtime/process/proc.ts";
import { type Process, processKey, type Resource, type ResourceKey } from "../../../src/core/resource.ts";
import { plan } from "../../../src/reconcile.ts";
import { freshName } from "../../fresh.ts";
import { between, byKey, nothing, resourcesOf } from "../model.ts";
import { open, kernelTest as test } from "./lab.ts";

const processFor = (system: string): Process => ({
  ...{ kind: "process", key: processKey("a", 0), automaton: "a", index: 0, netns: `${system}.a.0` },
  ...{ argv: ["sleep", "1000"], env: {}, cwd: "/", spec: "one", care: { restart: "always", probe: null } },
});

const stateOf = (system: string, count: number): ReadonlyMap<ResourceKey, Resource> => {
  const bare = resourcesOf({ system, automata: [{ name: "a", count }] });
  return byKey(count === 0 ? bare : [...bare, processFor(system)]);
};

for (const count of [0, 1])
  test(`it is found and ended, ${count === 0 ? "where nobody wants it" : "and started anew where it is wanted"}`, async (t) => {
    const system = freshName();
    const first = open(t, system);
    t.deepEqual(await first.apply(between(nothing, stateOf(system, 1))), []);
    const before = (await first.observe()).processes.get(processKey("a", 0))!;
    execFileSync("ip", ["netns", "del", `${system}.a.0`]);

    const base = open(t, system);
    const wanted = stateOf(system, count);
    const seen = await base.observe();
    t.is((seen.resources.get(processKey("a", 0)) as Process | undefined)?.netns, "");
    t.false(seen.processes.has(processKey("a", 0)), "it is nobody's artifact");
    t.true(isAlive(before.pid, before.startTime));
    t.deepEqual(await base.apply(plan(wanted.values(), seen.resources)), []);
    t.false(isAlive(before.pid, before.startTime));
    const after = await base.observe();
    t.deepEqual(plan(wanted.values(), after.resources), []);
    t.is(after.processes.size, count);
  });
