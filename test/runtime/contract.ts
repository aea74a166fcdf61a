/**
 * What every base case must do: one suite for all of them. It asks only through the
 * interface, so what holds for the model in memory holds for the kernel.
 */
import type { ExecutionContext, TestFn } from "ava";
import fc from "fast-check";
import type { Failure, Interpreter, Progress } from "../../src/core/base.ts";
import { observable } from "../../src/core/observable.ts";
import {
  hubKey,
  instanceKey,
  type Process,
  processKey,
  publicationKey,
  type Resource,
  type ResourceKey,
  serviceKey,
  wireKey,
} from "../../src/core/resource.ts";
import { freePort } from "../fresh.ts";
import { type Automaton, between, byKey, type Description, nothing, resourcesOf } from "./model.ts";

export interface Subject {
  /** A system's name that nobody else uses. */
  freshName(): string;
  /** A base case on the machine that all of this test share. Closed and its system destroyed when the test ends. */
  open(t: ExecutionContext, system: string): Interpreter;
}

type State = ReadonlyMap<ResourceKey, Resource>;

const shop = (system: string, replicas: number): Description => ({
  system,
  automata: [
    { name: "store", count: 1, offers: [{ port: "kv", transport: "tcp", number: 6379 }] },
    {
      name: "catalogue",
      count: replicas,
      offers: [{ port: "api", transport: "tcp", number: 9000 }],
      requires: [{ name: "kv", to: "store.kv" }],
    },
    { name: "log_eu", count: 1, offers: [{ port: "in", transport: "udp", number: 514 }] },
    {
      name: "storefront",
      count: 2,
      offers: [{ port: "web", transport: "tcp", number: 8080 }],
      requires: [
        { name: "catalogue", to: "catalogue.api" },
        { name: "log", to: "log_eu.in", oneWay: true },
        { name: "any", to: "catalogue.api|store.kv" },
      ],
    },
  ],
});

const stateOf = (description: Description): State => byKey(resourcesOf(description));

const shown = (resources: Iterable<Resource>): readonly unknown[] =>
  [...resources].map(observable).sort((a, b) => (a.key < b.key ? -1 : 1));

const observed = async (base: Interpreter): Promise<State> => (await base.observe()).resources;

/** Takes a system from one state to another, and makes sure of both. */
const move = async (t: ExecutionContext, base: Interpreter, before: State, after: State): Promise<void> => {
  t.deepEqual(await base.apply(between(before, after)), []);
  t.deepEqual(shown((await observed(base)).values()), shown(after.values()));
};

const codes = (failures: readonly Failure[]): readonly (readonly [string, string])[] =>
  failures.map(({ key, code }) => [key, code] as const);

const processFor = (
  system: string,
  automaton: string,
  index: number,
  more: Partial<Process> = {},
): Process => ({
  kind: "process",
  key: processKey(automaton, index),
  automaton,
  index,
  netns: `${system}.${automaton}.${index}`,
  argv: ["sleep", "1000"],
  env: { GREETING: "hello" },
  cwd: "/",
  spec: "one",
  care: { restart: "always", probe: null },
  ...more,
});

const withProcesses = (state: State, processes: readonly Process[]): State =>
  new Map([...state, ...processes.map((process) => [process.key, process] as const)]);

/** Descriptions of small systems, all wires among them legal. */
const descriptions = (system: string): fc.Arbitrary<Description> =>
  fc
    .array(
      fc.record({
        count: fc.integer({ min: 0, max: 3 }),
        udp: fc.boolean(),
        oneWay: fc.boolean(),
        to: fc.array(fc.nat({ max: 3 }), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((shapes) => ({
      system,
      automata: shapes.map(({ count, udp, oneWay, to }, at): Automaton => {
        const targets = [...new Set(to.map((target) => target % shapes.length))];
        return {
          name: `a${at}`,
          count,
          offers: [{ port: "p", transport: udp ? "udp" : "tcp", number: 1000 + at }],
          requires: targets.map((target, which) => ({ name: `r${which}`, to: `a${target}.p`, oneWay })),
        };
      }),
    }));

/** Registers the suite. `runs`: how many random walks; each is some ten changes of a system. */
export const contract = (test: TestFn, subject: Subject, runs: number): void => {
  test("nothing is there at first", async (t) => {
    const { resources, processes } = await subject.open(t, subject.freshName()).observe();
    t.is(resources.size, 0);
    t.is(processes.size, 0);
  });

  test("what was applied is observed, in the very form in which it was desired", async (t) => {
    const system = subject.freshName();
    await move(t, subject.open(t, system), nothing, stateOf(shop(system, 3)));
  });

  test("whoever comes next observes the same", async (t) => {
    const system = subject.freshName();
    const desired = stateOf(shop(system, 3));
    await move(t, subject.open(t, system), nothing, desired);
    t.deepEqual(shown((await observed(subject.open(t, system))).values()), shown(desired.values()));
  });

  test("whoever comes next can change it", async (t) => {
    const system = subject.freshName();
    await move(t, subject.open(t, system), nothing, stateOf(shop(system, 3)));
    await move(t, subject.open(t, system), stateOf(shop(system, 3)), stateOf(shop(system, 1)));
  });

  test("a system grows, shrinks and goes", async (t) => {
    const system = subject.freshName();
    const base = subject.open(t, system);
    const sizes = [1, 2, 17, 3, 0, 1];
    let before: State = nothing;
    for (const size of sizes) {
      const after = stateOf(shop(system, size));
      await move(t, base, before, after);
      before = after;
    }
    await move(t, base, before, nothing);
  });

  test("progress is told of every operation", async (t) => {
    const system = subject.freshName();
    const told: Progress[] = [];
    const operations = between(nothing, stateOf(shop(system, 2)));
    await subject.open(t, system).apply(operations, (progress) => told.push(progress));
    t.deepEqual(
      told.map(({ done }) => done),
      operations.map((_, index) => index + 1),
    );
    t.deepEqual(told.map(({ operation }) => operation.key).sort(), operations.map(({ key }) => key).sort());
    t.true(told.every(({ total }) => total === operations.length));
  });

  test("destroy leaves nothing, and does so twice", async (t) => {
    const system = subject.freshName();
    const base = subject.open(t, system);
    await move(t, base, nothing, stateOf(shop(system, 2)));
    t.deepEqual(await base.destroy(), []);
    t.is((await observed(base)).size, 0);
    t.deepEqual(await base.destroy(), []);
    await move(t, base, nothing, stateOf(shop(system, 1)));
  });

  test("destroy needs to know of nothing", async (t) => {
    const system = subject.freshName();
    await move(t, subject.open(t, system), nothing, stateOf(shop(system, 2)));
    const stranger = subject.open(t, system);
    t.deepEqual(await stranger.destroy(), []);
    t.is((await observed(stranger)).size, 0);
  });

  test("systems live side by side", async (t) => {
    const [one, two] = [subject.freshName(), subject.freshName()];
    const [first, second] = [subject.open(t, one), subject.open(t, two)];
    await move(t, first, nothing, stateOf(shop(one, 2)));
    await move(t, second, nothing, stateOf(shop(two, 1)));
    t.deepEqual(await second.destroy(), []);
    t.deepEqual(shown((await observed(first)).values()), shown(stateOf(shop(one, 2)).values()));
  });

  test("a namespace of someone else is refused, and left alone", async (t) => {
    const [one, two] = [subject.freshName(), subject.freshName()];
    const [first, second] = [subject.open(t, one), subject.open(t, two)];
    const owned = stateOf(shop(one, 2));
    await move(t, first, nothing, owned);
    const foreign = owned.get(instanceKey("catalogue", 1))!;
    const mine = stateOf(shop(two, 2));
    const wanted = new Map(mine);
    const instance = mine.get(instanceKey("catalogue", 1))!;
    if (instance.kind !== "instance" || foreign.kind !== "instance") throw new Error("not an instance");
    wanted.set(instance.key, { ...instance, netns: foreign.netns });
    const failures = await second.apply(between(nothing, wanted));
    t.deepEqual(codes(failures), [[instance.key, "EEXIST"]]);
    t.regex(failures[0]!.message, /not of this system/);
    t.deepEqual(shown((await observed(first)).values()), shown(owned.values()));
    // And the rest of the second system is there.
    const rest = new Map(mine);
    rest.delete(instance.key);
    t.deepEqual(shown((await observed(second)).values()), shown(rest.values()));
  });

  test("without a hub what needs it fails, and what does not is done", async (t) => {
    const system = subject.freshName();
    const base = subject.open(t, system);
    const all = new Map(stateOf(shop(system, 1)));
    all.delete(hubKey);
    const failures = await base.apply(between(nothing, all));
    const hosts = [...all.values()].filter(({ kind }) => kind === "hosts");
    t.is(failures.length, all.size - hosts.length);
    t.true(failures.every(({ code }) => code === "unmet"));
    t.deepEqual(shown((await observed(base)).values()), shown(hosts));
  });

  test("two wires of one automaton to one service go one by one", async (t) => {
    const system = subject.freshName();
    const base = subject.open(t, system);
    const asking = (requires: readonly string[]): State =>
      stateOf({
        system,
        automata: [
          { name: "b", count: 1, offers: [{ port: "p", transport: "udp", number: 53 }] },
          {
            name: "a",
            count: 1,
            requires: requires.map((name) => ({ name, to: "b.p", oneWay: name === "mute" })),
          },
        ],
      });
    await move(t, base, nothing, asking(["mute", "open"]));
    await move(t, base, asking(["mute", "open"]), asking(["mute"]));
    await move(t, base, asking(["mute"]), asking(["open", "mute"]));
    await move(t, base, asking(["open", "mute"]), asking([]));
  });

  test("a wire is turned to another service", async (t) => {
    const system = subject.freshName();
    const base = subject.open(t, system);
    const to = (target: string): State =>
      stateOf({
        system,
        automata: [
          { name: "b", count: 1, offers: [{ port: "p", transport: "tcp", number: 1 }] },
          { name: "c", count: 2, offers: [{ port: "p", transport: "tcp", number: 2 }] },
          { name: "a", count: 1, requires: [{ name: "r", to: target }] },
        ],
      });
    await move(t, base, nothing, to("b.p"));
    const operations = between(to("b.p"), to("c.p"));
    t.deepEqual(
      operations.map(({ op, key }) => [op, key]),
      [
        ["update", wireKey("a", "r")],
        ["update", "hosts/a"],
      ],
    );
    await move(t, base, to("b.p"), to("c.p"));
  });

  test("an instance changes its address, its link, its number, and all at once", async (t) => {
    const system = subject.freshName();
    const base = subject.open(t, system);
    let before = stateOf(shop(system, 2));
    await move(t, base, nothing, before);
    const key = instanceKey("catalogue", 1);
    const change = async (more: Partial<Extract<Resource, { kind: "instance" }>>): Promise<void> => {
      const instance = before.get(key)!;
      if (instance.kind !== "instance") throw new Error("no instance");
      const after = new Map(before).set(key, { ...instance, ...more });
      await move(t, base, before, after);
      before = after;
    };
    await change({ address: { v4: "10.77.1.2", v6: "fc77::1:2" } });
    await change({ address: { v4: null, v6: "fc77::1:2" } });
    await change({ link: "vanother" });
    await change({ origin: 4711 });
    await change({ address: { v4: "10.77.1.3", v6: "fc77::1:3" }, link: "vathird", origin: 4712 });
  });

  test("a service without endpoints is a service", async (t) => {
    const system = subject.freshName();
    const base = subject.open(t, system);
    await move(t, base, nothing, stateOf(shop(system, 0)));
    const service = (await observed(base)).get(serviceKey("catalogue.api"))!;
    t.deepEqual(service.kind === "service" ? service.endpoints : null, []);
  });

  test("services are updated at once, and what is done with them later finds that done", async (t) => {
    const system = subject.freshName();
    const base = subject.open(t, system);
    const before = stateOf(shop(system, 3));
    await move(t, base, nothing, before);
    const after = new Map(before);
    for (const [key, resource] of before) {
      if (resource.kind !== "service") continue;
      const endpoints = resource.endpoints.filter(({ instance }) => instance !== instanceKey("catalogue", 1));
      after.set(key, { ...resource, endpoints });
    }
    const observing = base.observe();
    t.deepEqual(base.updateServices(between(before, after)), []);
    await observing;
    t.is(between(before, after).length, 2, "its own service, and a union");
    t.deepEqual(shown((await observed(base)).values()), shown(after.values()));
    await move(t, base, before, after);
    await move(t, base, after, before);
  });

  test("a port of the host is published by one system", async (t) => {
    const [one, two] = [subject.freshName(), subject.freshName()];
    const [first, second] = [subject.open(t, one), subject.open(t, two)];
    const published = (system: string, hostPort: number): State =>
      stateOf({ ...shop(system, 1), publications: [{ to: "storefront.web", hostPort }] });
    const [port, other] = [await freePort(), await freePort()];
    await move(t, first, nothing, published(one, port));
    const failures = await second.apply(between(nothing, published(two, port)));
    t.deepEqual(codes(failures), [[publicationKey("tcp", port), "EADDRINUSE"]]);
    t.deepEqual(shown((await observed(second)).values()), shown(stateOf(shop(two, 1)).values()));
    await move(t, second, stateOf(shop(two, 1)), published(two, other));
    await move(t, first, published(one, port), stateOf(shop(one, 1)));
    await move(t, second, published(two, other), published(two, port));
  });

  test("processes run, are left running, are restarted and stopped", async (t) => {
    const system = subject.freshName();
    const base = subject.open(t, system);
    const bare = stateOf(shop(system, 1));
    const withOne = (more: Partial<Process> = {}): State =>
      withProcesses(bare, [processFor(system, "store", 0, more)]);
    await move(t, base, nothing, withOne());
    const first = (await base.observe()).processes.get(processKey("store", 0))!;
    t.is(first.spec, "one");

    const care = { restart: "never", probe: null } as const;
    t.deepEqual(await base.apply([...between(withOne(), withOne({ care }))]), []);
    t.deepEqual((await base.observe()).processes.get(processKey("store", 0)), first);

    await move(t, base, withOne({ care }), withOne({ care, spec: "two", argv: ["sleep", "2000"] }));
    const second = (await base.observe()).processes.get(processKey("store", 0))!;
    t.is(second.spec, "two");
    t.not(second.pid, first.pid);

    await move(t, base, withOne({ spec: "two" }), bare);
    t.is((await base.observe()).processes.size, 0);
  });

  test("a command that does not exist fails alone", async (t) => {
    const system = subject.freshName();
    const base = subject.open(t, system);
    const bare = stateOf(shop(system, 1));
    const bad = processFor(system, "store", 0, { argv: ["no-such-command-anywhere"] });
    const failures = await base.apply(
      between(nothing, withProcesses(bare, [bad, processFor(system, "storefront", 1)])),
    );
    t.deepEqual(codes(failures), [[bad.key, "ENOENT"]]);
    t.regex(`${failures[0]!.doing} ${failures[0]!.message}`, /no-such-command-anywhere/);
    const { resources, processes } = await base.observe();
    t.deepEqual([...processes.keys()], [processKey("storefront", 1)]);
    t.deepEqual(
      shown([...resources.values()].filter(({ kind }) => kind !== "process")),
      shown(bare.values()),
    );
  });

  test("random changes: what is observed is what was desired", async (t) => {
    const system = subject.freshName();
    const base = subject.open(t, system);
    let before: State = nothing;
    await fc.assert(
      fc.asyncProperty(fc.array(descriptions(system), { minLength: 1, maxLength: 5 }), async (walk) => {
        for (const description of walk) {
          const after = stateOf(description);
          t.deepEqual(await base.apply(between(before, after)), []);
          before = after;
          t.deepEqual(shown((await observed(base)).values()), shown(after.values()));
        }
      }),
      // A counterexample is a walk from where the one before ended: it cannot be shrunk.
      { numRuns: runs, endOnFailure: true },
    );
  });
};
