import { execFileSync } from "node:child_process";
import test from "ava";
import fc from "fast-check";
import {
  afterProbe,
  failuresAllowed,
  failuresAllowedAtStart,
  nextProbeMs,
  type Thresholds,
  thresholdsOf,
  unprobed,
} from "../../../runtime/process/health.ts";
import { type HealthReport, Prober } from "../../../runtime/process/prober.ts";
import type { Health } from "../../../src/core/monitor.ts";
import type { Probe } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import { isRoot, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test : test.skip; // needs root: enters namespaces
const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 300) };

const usual = thresholdsOf({ probe: null });

test("without thresholds, health depends on the last success and what came after it", (t) => {
  const property = fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (probes) => {
    const health = probes.reduce<Health>((before, one) => afterProbe(before, one, usual), unprobed);
    const last = probes.lastIndexOf(true);
    const failures = probes.length - 1 - last;
    const limit = last === -1 ? failuresAllowedAtStart : failuresAllowed;
    const good = last === -1 ? "starting" : "ready";
    return health.failures === failures && health._tag === (failures < limit ? good : "unhealthy");
  });
  t.notThrows(() => fc.assert(property, runs));
});

/** Health by what was answered so far, oldest first, looking back from the last answer. */
const healthBy = (
  answers: readonly boolean[],
  { failures, failuresAtStart, successes }: Thresholds,
): Health["_tag"] => {
  const inARow = (end: number): number => {
    let count = 0;
    while (end - count > 0 && answers[end - count - 1] === answers[end - 1]) count++;
    return count;
  };
  for (let end = answers.length; end > 0; end--) {
    if (answers[end - 1]! && inARow(end) >= successes) return "ready";
    const wasReadyBefore = answers.slice(0, end).some((_, i) => answers[i]! && inARow(i + 1) >= successes);
    if (!answers[end - 1]! && inARow(end) >= (wasReadyBefore ? failures : failuresAtStart))
      return "unhealthy";
  }
  return "starting";
};

test("so many failures in a row are unhealthy, and so many successes in a row ready", (t) => {
  const threshold = fc.integer({ min: 1, max: 6 });
  const property = fc.property(
    fc.array(fc.boolean(), { maxLength: 60 }),
    fc.record({ failures: threshold, failuresAtStart: threshold, successes: threshold }),
    (answers, thresholds) => {
      const health = answers.reduce<Health>((before, one) => afterProbe(before, one, thresholds), unprobed);
      return health._tag === healthBy(answers, thresholds);
    },
  );
  t.notThrows(() => fc.assert(property, runs));
});

test("what `start within` limits fails by that alone, and else never sooner than `failures` says", (t) => {
  const probe: Probe = { how: { _tag: "tcp" }, number: 1, everyMs: 1, timeoutMs: 1 };
  t.deepEqual(usual, { failures: 3, failuresAtStart: 60, successes: 1 });
  t.deepEqual(thresholdsOf({ probe: { ...probe, failures: 5, successes: 2 } }), {
    failures: 5,
    failuresAtStart: 60,
    successes: 2,
  });
  t.is(thresholdsOf({ probe: { ...probe, failures: 100 } }).failuresAtStart, 100);
  const limited = thresholdsOf({ probe, startMs: 600_000 });
  const failed = Array.from({ length: 1_000 }, () => false);
  const health = failed.reduce<Health>((before, one) => afterProbe(before, one, limited), unprobed);
  t.deepEqual(health, { _tag: "starting", failures: 1_000 });
});

test("a starting instance is asked soon and then less often, never less than wanted", (t) => {
  const property = fc.property(fc.nat(200), fc.integer({ min: 1, max: 100_000 }), (failures, everyMs) => {
    const now = nextProbeMs({ _tag: "starting", failures }, everyMs);
    const next = nextProbeMs({ _tag: "starting", failures: failures + 1 }, everyMs);
    return now > 0 && now <= next && next <= everyMs;
  });
  t.notThrows(() => fc.assert(property, runs));
  t.is(nextProbeMs({ _tag: "ready", failures: 0 }, 2000), 2000);
  t.is(nextProbeMs(unprobed, 2000), 50);
  t.is(nextProbeMs({ _tag: "starting", failures: 0, successes: 1 }, 2000), 2000, "the next answer counts");
});

const loopback = { v4: "127.0.0.1", v6: "::1" };
const server = `
  let well = false;
  require("node:http").createServer((request, response) => {
    if (request.url === "/well") well = true;
    response.statusCode = request.url === "/health" && well ? 204 : 503;
    response.end();
  }).listen(8080, "127.0.0.1");`;

kernel("tcp, http and exec probes see what is there, from inside the namespaces", async (t) => {
  const it = sandbox(t);
  const manager = it.manager();
  const probed = (index: number, how: Probe["how"], number: number | null) =>
    it.process("web", index === 0 ? ["node", "-e", server] : ["sleep", "72"], {
      index,
      netns: `${it.system}.web.0`,
      care: { restart: "always", probe: { how, number, everyMs: 20, timeoutMs: 400 } },
    });
  it.process("web", []);
  execFileSync("ip", ["-n", `${it.system}.web.0`, "link", "set", "lo", "up"]);
  const patients = {
    http: probed(0, { _tag: "http", path: "/health" }, 8080),
    tcp: probed(1, { _tag: "tcp" }, 8080),
    closed: probed(2, { _tag: "tcp" }, 8081),
    exec: probed(
      3,
      { _tag: "exec", argv: ["sh", "-c", "grep -q 'lo: ' /proc/net/dev && test $ARCHITECT_INSTANCE = 3"] },
      null,
    ),
    fails: probed(4, { _tag: "exec", argv: ["sh", "-c", "exit 5"] }, null),
    slow: probed(5, { _tag: "exec", argv: ["sh", "-c", "sleep 71; true"] }, null),
    missing: probed(6, { _tag: "exec", argv: ["no-such"] }, null),
  };
  const last = new Map<string, HealthReport>();
  const prober = new Prober(manager, `${it.system}.web.0`, (report) => last.set(report.key, report));
  t.teardown(() => prober.close());
  for (const target of Object.values(patients)) await manager.start(target);
  for (const target of Object.values(patients)) prober.watch(target, loopback);
  const of = (name: keyof typeof patients) => last.get(patients[name].key);
  await until("tcp is ready", () => of("tcp")?.health._tag === "ready");
  await until("all were asked", () => last.size === 7);
  await until("http answers", () => of("http")?.problem?.includes("status 503") === true);
  t.is(of("http")?.health._tag, "starting");
  t.regex(of("closed")?.problem ?? "", /ECONNREFUSED/);
  t.is(of("exec")?.problem, null);
  t.is(of("fails")?.problem, "sh ended with 5");
  t.is(of("slow")?.problem, "sh took longer than 400 ms");
  t.regex(of("missing")?.problem ?? "", /no such command/);

  execFileSync("ip", [
    "netns",
    "exec",
    `${it.system}.web.0`,
    "node",
    "-e",
    "fetch('http://127.0.0.1:8080/well')",
  ]);
  await until("http is ready", () => of("http")?.health._tag === "ready");
  const { pid } = manager.running().get(patients.http.key)!;
  process.kill(pid, "SIGSTOP");
  await until("http is unhealthy", () => of("http")?.health._tag === "unhealthy");
  t.is(of("http")?.problem, "no answer within 400 ms");
  prober.forget(patients.http.key);
  const seen = of("http");
  process.kill(pid, "SIGCONT");
  await until("others go on", () => (of("closed")?.health.failures ?? 0) > 20);
  t.is(of("http"), seen, "a forgotten one is reported no more");
});

kernel("one that was ready when it was taken over fails as one that was always watched", async (t) => {
  const it = sandbox(t);
  const manager = it.manager();
  const probed = (index: number, care: Partial<Probe>) =>
    it.process("web", ["sleep", "72"], {
      index,
      netns: `${it.system}.web.0`,
      care: {
        restart: "always",
        probe: {
          ...{ how: { _tag: "exec", argv: ["false"] }, number: null, everyMs: 20, timeoutMs: 10_000 },
          ...care,
        },
      },
    });
  it.process("web", []);
  const [sick, calm] = [probed(0, {}), probed(1, { failures: 5 })];
  const well = probed(2, { how: { _tag: "exec", argv: ["true"] }, successes: 3 });
  const told = new Map<string, (readonly [Health["_tag"], string | null])[]>();
  const prober = new Prober(manager, `${it.system}.web.0`, ({ key, health, problem }) =>
    told.set(key, [...(told.get(key) ?? []), [health._tag, problem]]),
  );
  t.teardown(() => prober.close());
  for (const one of [sick, calm, well]) await manager.start(one);
  for (const one of [sick, calm]) prober.watch(one, loopback, [], { _tag: "ready", failures: 0 });
  prober.watch(well, loopback);
  const of = ({ key }: { readonly key: string }) => told.get(key) ?? [];
  await until("all were asked", () => [sick, calm, well].every((one) => of(one).length >= 6));
  const tags = (one: { readonly key: string }, count: number) =>
    of(one)
      .slice(0, count)
      .map(([tag]) => tag);
  t.deepEqual(tags(sick, 3), ["ready", "ready", "unhealthy"]);
  t.deepEqual(tags(calm, 5), ["ready", "ready", "ready", "ready", "unhealthy"]);
  t.deepEqual(of(well).slice(0, 4), [
    ["starting", "answers, 1 of 3 times in a row so far"],
    ["starting", "answers, 2 of 3 times in a row so far"],
    ["ready", null],
    ["ready", null],
  ]);
});

kernel("a family that clients need and the instance has no address of is not asked", async (t) => {
  const it = sandbox(t);
  const manager = it.manager();
  const serve = `require("node:net").createServer((socket) => socket.end()).listen(8080, "::1")`;
  const probed = (index: number, number: number) =>
    it.process("web", index === 0 ? ["node", "-e", serve] : ["sleep", "72"], {
      index,
      netns: `${it.system}.web.0`,
      care: { restart: "always", probe: { how: { _tag: "tcp" }, number, everyMs: 20, timeoutMs: 10_000 } },
    });
  it.process("web", []);
  execFileSync("ip", ["-n", `${it.system}.web.0`, "link", "set", "lo", "up"]);
  const [open, closed] = [probed(0, 8080), probed(1, 8081)];
  const last = new Map<string, HealthReport>();
  const prober = new Prober(manager, `${it.system}.web.0`, (report) => last.set(report.key, report));
  t.teardown(() => prober.close());
  for (const target of [open, closed]) {
    await manager.start(target);
    prober.watch(target, { v4: null, v6: "::1" }, ["ipv4"]);
  }
  await until("it is ready", () => last.get(open.key)?.health._tag === "ready");
  await until("the other was asked", () => last.has(closed.key));
  t.regex(last.get(closed.key)?.problem ?? "", /ECONNREFUSED/);
});
