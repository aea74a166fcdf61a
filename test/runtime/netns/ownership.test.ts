/** What is ours is known by what the kernel shows of it; what is not is never touched. */
import { execFileSync, fork, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { ExecutionContext } from "ava";
import {
  deleteNamespace,
  namespaceNames,
  prepareNetnsDirectory,
  releaseNetnsDirectory,
} from "../../../runtime/namespaces.ts";
import { NetnsBase } from "../../../runtime/netns/base.ts";
import { hubKey, instanceKey, type Resource, type ResourceKey } from "../../../src/core/resource.ts";
import { freshName } from "../../fresh.ts";
import { until } from "../../until.ts";
import { between, byKey, nothing, resourcesOf } from "../model.ts";
import type { Order } from "./half-done.ts";
import { idlePublisher } from "./idle-publisher.ts";
import { open, kernelTest as test } from "./lab.ts";
import { noProcesses } from "./no-processes.ts";
import { ownedOf } from "./owned.ts";

const ip = (...words: readonly string[]): string => execFileSync("ip", words, { encoding: "utf8" });

const stateOf = (
  system: string,
  more: Partial<Parameters<typeof resourcesOf>[0]> = {},
): ReadonlyMap<ResourceKey, Resource> =>
  byKey(
    resourcesOf({
      system,
      automata: [
        { name: "web", count: 2, requires: [{ name: "a", to: "a.p" }] },
        { name: "a", count: 3, offers: [{ port: "p", transport: "tcp", number: 9000 }] },
      ],
      ...more,
    }),
  );

/** The same system with other counts, another service and another wire. */
const changed = (system: string): ReadonlyMap<ResourceKey, Resource> =>
  stateOf(system, {
    automata: [
      { name: "web", count: 1, requires: [{ name: "b", to: "b.p" }] },
      { name: "a", count: 4, offers: [{ port: "p", transport: "tcp", number: 9000 }] },
      {
        name: "b",
        count: 2,
        offers: [{ port: "p", transport: "udp", number: 9100 }],
        requires: [{ name: "a", to: "a.p" }],
      },
    ],
  });

/** A namespace that somebody else has made, with something in it to lose, and with a mark where one is given. */
const foreign = (t: ExecutionContext, name: string, alias?: string): void => {
  prepareNetnsDirectory();
  ip("netns", "add", name);
  if (alias !== undefined) ip("-n", name, "link", "set", "lo", "alias", alias);
  ip("-n", name, "link", "add", "precious", "type", "bridge");
  t.teardown(() => {
    deleteNamespace(name);
    releaseNetnsDirectory();
  });
};
const isIntact = (name: string): boolean => ip("-n", name, "link").includes("precious");

test("a namespace that somebody made with `ip netns add` is refused and untouched", async (t) => {
  const system = freshName();
  const state = stateOf(system);
  foreign(t, `${system}.a.1`);
  const base = open(t, system);
  const failures = await base.apply(between(nothing, state));
  t.deepEqual(
    failures.map(({ key, code }) => [key, code]),
    [[instanceKey("a", 1), "EEXIST"]],
  );
  t.true(isIntact(`${system}.a.1`));
  const { resources } = await base.observe();
  t.false(resources.has(instanceKey("a", 1)));
  t.is(resources.size, state.size - 1);
  t.deepEqual(await base.destroy(), []);
  t.true(isIntact(`${system}.a.1`));
  t.deepEqual(namespaceNames(`${system}.`), [`${system}.a.1`]);
});

test("so is one in the place of the hub, and nothing else is made", async (t) => {
  const system = freshName();
  foreign(t, `${system}.hub`);
  const base = open(t, system);
  const failures = await base.apply(between(nothing, stateOf(system)));
  t.is(failures.find(({ key }) => key === hubKey)?.code, "EEXIST");
  t.true(failures.every(({ key, code }) => key === hubKey || code === "unmet"));
  t.true(isIntact(`${system}.hub`));
  t.deepEqual(await base.destroy(), []);
  t.true(isIntact(`${system}.hub`));
});

test("destroying an instance leaves a foreign namespace that took its name", async (t) => {
  const system = freshName();
  const base = open(t, system);
  const state = stateOf(system);
  t.deepEqual(await base.apply(between(nothing, state)), []);
  ip("netns", "del", `${system}.a.1`);
  foreign(t, `${system}.a.1`);
  t.deepEqual(await base.destroy(), []);
  t.true(isIntact(`${system}.a.1`));
});

/** Marks of which none is the system's. */
const strangers: Readonly<Record<string, (system: string) => string | undefined>> = {
  "without a mark": () => undefined,
  "with words of its own": () => "mine",
  "of another system of the same owner": (system) => `architect/testtest ${system}y 0 guest`,
  "of a system of the same name of another owner": (system) => `architect/0000aaaa ${system} 0 guest`,
};

for (const [whose, aliasOf] of Object.entries(strangers))
  test(`what runs in a namespace ${whose} goes on running`, async (t) => {
    const system = freshName();
    const base = open(t, system);
    const name = `${system}.guest.0`;
    t.deepEqual(await base.apply(between(nothing, stateOf(system))), []);
    foreign(t, name, aliasOf(system));
    const guest = spawn("ip", ["netns", "exec", name, "sleep", "100"], { stdio: "ignore" });
    t.teardown(() => guest.kill());
    // As the kernel knows it: a child's end is told later.
    const inhabitants = (): string => ip("netns", "pids", name).trim();
    await until("it lives there", () => inhabitants() !== "");
    t.deepEqual(await base.destroy(), []);
    t.is(inhabitants(), String(guest.pid));
    t.true(isIntact(name));
  });

test("a name that never became a namespace is taken over, and removed", async (t) => {
  const system = freshName();
  prepareNetnsDirectory();
  closeSync(openSync(`/run/netns/${system}.a.1`, "w", 0o000));
  closeSync(openSync(`/run/netns/${system}.web.0`, "w", 0o000));
  const base = open(t, system);
  const state = stateOf(system);
  t.deepEqual(await base.apply(between((await base.observe()).resources, state)), []);
  t.deepEqual(between((await base.observe()).resources, state), []);
  closeSync(openSync(`/run/netns/${system}.z.1`, "w", 0o000));
  t.deepEqual(await base.destroy(), []);
  t.deepEqual(namespaceNames(`${system}.`), []);
});

/** Applies in a process of its own, which is killed after so many operations. */
const applyAndDie = (order: Order): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = fork(new URL("./half-done.js", import.meta.url));
    child.once("error", reject);
    child.once("exit", () => resolve());
    child.send(order);
  });

test("killed after any operation: the next one finishes what was begun", async (t) => {
  const system = freshName();
  const state = stateOf(system);
  const total = between(nothing, state).length;
  for (let after = 0; after <= total; after += 3) {
    await applyAndDie({ system, state: [...state.values()], after });
    const base = open(t, system);
    const { resources } = await base.observe();
    t.deepEqual(await base.apply(between(resources, state)), [], `after ${after}`);
    t.deepEqual(between((await base.observe()).resources, state), [], `after ${after}`);
    t.deepEqual(await base.destroy(), []);
  }
});

test("killed after any operation: destroy leaves nothing", async (t) => {
  const system = freshName();
  const state = stateOf(system);
  const total = between(nothing, state).length;
  for (let after = 0; after <= total; after += 3) {
    await applyAndDie({ system, state: [...state.values()], after });
    const base = open(t, system);
    t.deepEqual(await base.destroy(), []);
    t.deepEqual(namespaceNames(`${system}.`), [], `after ${after}`);
  }
});

test("killed after any operation of a change: the next one finishes it", async (t) => {
  const system = freshName();
  const [before, after] = [stateOf(system), changed(system)];
  const total = between(before, after).length;
  for (let died = 1; died <= total; died += 2) {
    const base = open(t, system);
    t.deepEqual(await base.apply(between((await base.observe()).resources, before)), []);
    await applyAndDie({ system, state: [...after.values()], after: died });
    const { resources } = await base.observe();
    t.deepEqual(await base.apply(between(resources, after)), [], `after ${died}`);
    t.deepEqual(between((await base.observe()).resources, after), [], `after ${died}`);
  }
});

test("killed while destroying: the next one destroys the rest", async (t) => {
  const system = freshName();
  for (let ms = 0; ms < 30; ms += 6) {
    const base = open(t, system);
    t.deepEqual(await base.apply(between(nothing, stateOf(system))), []);
    await applyAndDie({ system, state: [], after: null, ms });
    t.deepEqual(await base.destroy(), []);
    t.deepEqual(namespaceNames(`${system}.`), [], `after ${ms} ms`);
  }
});

test("killed at any moment: destroy leaves nothing", async (t) => {
  const system = freshName();
  const state = stateOf(system);
  for (let ms = 1; ms < 60; ms += 7) {
    await applyAndDie({ system, state: [...state.values()], after: null, ms });
    const base = open(t, system);
    t.deepEqual(await base.destroy(), []);
    t.deepEqual(namespaceNames(`${system}.`), [], `after ${ms} ms`);
  }
});

test("an operation that the kernel refuses leaves nothing of itself", async (t) => {
  const system = freshName();
  const base = open(t, system);
  const state = new Map(stateOf(system));
  const instance = state.get(instanceKey("a", 2))!;
  if (instance.kind !== "instance") throw new Error("no instance");
  // Longer than a link's name can be.
  state.set(instance.key, { ...instance, link: "a-name-of-more-than-15" });
  const failures = await base.apply(between(nothing, state));
  t.is(failures.length, 1);
  const [failure] = failures;
  t.is(failure!.key, instance.key);
  t.is(failure!.doing, "create the veth a-name-of-more-than-15");
  t.is(failure!.code, "ERANGE");
  t.false(namespaceNames(`${system}.`).includes(instance.netns));
  const rest = new Map(stateOf(system));
  rest.delete(instance.key);
  t.deepEqual(between((await base.observe()).resources, rest), []);
});

test("destroy goes on over what fails, and tells of it", async (t) => {
  const system = freshName();
  await open(t, system).apply(between(nothing, stateOf(system)));
  const failure = { key: hubKey, doing: "remove", code: "EIO", message: "no" };
  const publisher = { ...idlePublisher, destroy: async () => [failure] };
  const manager = {
    ...noProcesses,
    destroy: () => Promise.reject(new Error("a process that cannot be stopped")),
  };
  const base = new NetnsBase(ownedOf(system), manager, publisher);
  const failures = await base.destroy();
  t.deepEqual(failures[0], failure);
  t.is(failures[1]!.message, "a process that cannot be stopped");
  t.is(failures.length, 2);
  t.deepEqual(namespaceNames(`${system}.`), []);
  await base.close();
});
