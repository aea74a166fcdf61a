/** The artifact of an instance: argv, variables, what makes it another, how it is looked after. */
import test from "ava";
import type { Process } from "../../src/core/resource.ts";
import { Asked } from "./asked.ts";

const processOf = (clauses: string): Process =>
  new Asked(`automaton a { ${clauses} }\nsystem s = [a]`).get("process", "a/0");
const specOf = (clauses: string): string => processOf(clauses).spec;

test("argv and variables are told apart in the spec, and each other", (t) => {
  const all = [
    'runs exec ["a"]',
    'runs exec ["a", "B", "c"]',
    'runs exec ["a"] env { B = "c" }',
    'runs exec ["a", ""] env { B = "c" }',
    'runs exec ["a", "B"] env { c = "" }',
    'runs exec ["aB", "c"]',
    'runs exec ["a", "Bc"]',
    'runs exec ["a"] env { Bc = "" }',
    'runs exec ["a"] env { BC = "d" }',
    'runs exec ["a"] env { B = "Cd" }',
    'runs exec ["a"] env { B = "c", D = "e" }',
    'runs exec ["a"] env { B = "e", D = "c" }',
  ];
  const specs = all.map(specOf);
  t.is(new Set(specs).size, all.length, JSON.stringify(specs));
  for (const spec of specs) t.regex(spec, /^[0-9a-f]{32}$/);
});

test("in which order variables are written is no part of the spec, nor how it is looked after", (t) => {
  const spec = specOf('runs exec ["a"] env { A = 1, B = 2, C = 3 }');
  for (const same of [
    'runs exec ["a"] env { C = 3, B = 2, A = 1 }',
    'env { B = 2, C = 3, A = 1 } runs exec ["a"]',
    'runs exec ["a"] env { A = 1, B = 2, C = 3 } restart never',
    'runs exec ["a"] env { A = 1, B = 2, C = 3 } instances 3',
    'runs exec ["a"] env { A = 1, B = 2, C = 3 } health exec ["true"]',
  ])
    t.is(specOf(same), spec, same);
});

test("every port and every wired requirement is in the variables; those that are written win", (t) => {
  const front = new Asked(`
    protocol P = ?Int . !Int
    automaton store { provides kv: P on tcp 6379 }
    automaton front {
      provides web: P on tcp 8080
      provides admin: P on udp 9000
      requires main_store: P
      requires spare?: P
      runs exec ["run", 1, true]
      env { PORT = 1, MAIN_STORE_HOST = "elsewhere", Z = "z" }
    }
    system s = front.main_store => store`).get("process", "front/0");
  t.deepEqual(front.argv, ["run", "1", "true"]);
  t.deepEqual(front.env, {
    PORT: "1",
    PORT_ADMIN: "9000",
    PORT_WEB: "8080",
    MAIN_STORE_HOST: "elsewhere",
    MAIN_STORE_PORT: "6379",
    MAIN_STORE_ADDR: "main-store:6379",
    Z: "z",
  });
});

test("the same variables are the same spec, whether they come from a wire or are written", (t) => {
  const specOfUser = (env: string, system: string): string =>
    new Asked(`
      protocol P = ?Int . !Int
      automaton store { provides kv: P on tcp 6379 }
      automaton user { requires kv?: P runs exec ["a"] env { ${env} } }
      system s = ${system}`).get("process", "user/0").spec;
  const written = 'KV_ADDR = "kv:6379", KV_HOST = "kv", KV_PORT = 6379';
  t.is(specOfUser(written, "[user]"), specOfUser("", "user => store"));
  t.not(specOfUser("", "[user]"), specOfUser("", "user => store"));
});

test("a bare automaton runs nothing", (t) => {
  t.is(new Asked("automaton a { instances 2 }\nsystem s = [a]").count("process"), 0);
});

test("without clauses: always restarted, and not probed", (t) => {
  t.deepEqual(processOf('runs exec ["a"]').care, { restart: "always", probe: null });
  t.is(processOf('runs exec ["a"] restart on-failure').care.restart, "on-failure");
});

test("probes ask the first tcp port by name, every 5s for 2s where nothing else is written", (t) => {
  const probe = (ports: string, health: string) =>
    processOf(`${ports} runs exec ["a"] health ${health}`).care.probe;
  const ports = "provides b: ?Int on tcp 2 provides c: ?Int on tcp 3 provides a: ?Int on udp 1";
  const usual = { number: 2, everyMs: 5_000, timeoutMs: 2_000 };
  t.deepEqual(probe(ports, "tcp"), { how: { _tag: "tcp" }, ...usual });
  t.deepEqual(probe(ports, 'http "/h"'), { how: { _tag: "http", path: "/h" }, ...usual });
  t.deepEqual(probe(ports, 'exec ["x", 1]'), { how: { _tag: "exec", argv: ["x", "1"] }, ...usual });
  t.deepEqual(probe(ports, "tcp every 1s timeout 30ms"), {
    how: { _tag: "tcp" },
    number: 2,
    everyMs: 1_000,
    timeoutMs: 30,
  });
  t.deepEqual(probe(ports, "grpc"), { how: { _tag: "grpc", service: "" }, ...usual });
  t.deepEqual(probe(ports, 'grpc "shop.${1 + 1}" failures 2 successes 3'), {
    how: { _tag: "grpc", service: "shop.2" },
    ...usual,
    failures: 2,
    successes: 3,
  });
  t.is(probe("provides a: ?Int on udp 1", 'exec ["x"]')?.number, null, "a program asks no port");
});

test("the user and the directory are part of the spec, and how it starts and stops is not", (t) => {
  const plain = 'runs exec ["a"]';
  const all = [plain, `${plain} user "b"`, `${plain} user "c"`, `${plain} directory "/b"`];
  t.is(new Set(all.map(specOf)).size, all.length);
  t.is(specOf(`${plain} stop SIGINT within 1m start within 2m`), specOf(plain));
  const { user, care } = processOf(`${plain} user 33 stop SIGINT start within 2m`);
  t.is(user, "33");
  t.deepEqual(care, {
    restart: "always",
    probe: null,
    stop: { signal: "SIGINT", graceMs: null },
    startMs: 120_000,
  });
});

test("a job is looked after as one, and its spec is that of its program", (t) => {
  t.deepEqual(processOf('runs once exec ["a"]').care, { restart: "never", probe: null, once: true });
  t.is(processOf('runs once exec ["a"] restart on-failure').care.restart, "on-failure");
  t.is(specOf('runs once exec ["a"]'), specOf('runs exec ["a"]'));
});

const wired = (port: number, log: string): Asked =>
  new Asked(`
    protocol P = ?Int . !Int
    automaton store { provides kv: P on tcp ${port} }
    automaton logger { provides log: P on tcp 514 }
    automaton web {
      provides http: P on tcp 8080
      requires main_store: P
      requires log?: P
      runs exec ["web", provides.http.port, requires.main_store.addr, requires.log.addr, requires.log.port]
      env { HOST = requires.main_store.host, NUMBER = requires.main_store.port + 1, WHO = self.name }
      health http "/\${requires.main_store.port}"
    }
    system s = [web.main_store => store${log}]`);

test("clauses speak of the automaton's ports, and of what they are wired to", (t) => {
  const alone = wired(6379, "").get("process", "web/0");
  t.deepEqual(alone.argv, ["web", "8080", "main-store:6379", "", "0"], "what is not wired is empty");
  t.like(alone.env, { HOST: "main-store", NUMBER: "6380", WHO: "web" });
  t.like(alone.care.probe, { how: { _tag: "http", path: "/6379" } });
  const both = wired(6380, ", web.log => logger").get("process", "web/0");
  t.deepEqual(both.argv, ["web", "8080", "main-store:6380", "log:514", "514"]);
  t.like(both.care.probe, { how: { _tag: "http", path: "/6380" } });
});

test("an equation that `with` takes along speaks of the new automaton", (t) => {
  const asked = new Asked(`
    protocol P = ?Int . !Int
    automaton a { provides p: P on tcp 1 runs exec [self.name, provides.p.port] }
    system s = [a, a with { name "b" provides p: P on tcp 2 }]`);
  t.deepEqual(asked.get("process", "a/0").argv, ["a", "1"]);
  t.deepEqual(asked.get("process", "b/0").argv, ["b", "2"]);
});

test("each instance has its own index, and its own spec only where a clause speaks of it", (t) => {
  const of = (clauses: string): readonly Process[] => {
    const asked = new Asked(`automaton a { ${clauses} instances 3 }\nsystem s = [a]`);
    return [0, 1, 2].map((index) => asked.get("process", `a/${index}`));
  };
  const each = of('runs exec ["a", self.index] env { N = "${self.name}-${self.index}" }');
  t.deepEqual(
    each.map(({ argv }) => argv[1]),
    ["0", "1", "2"],
  );
  t.deepEqual(
    each.map(({ env }) => env.N),
    ["a-0", "a-1", "a-2"],
  );
  t.is(new Set(each.map(({ spec }) => spec)).size, 3);
  const asLater = of('runs exec ["a", if self.index > 1 then "last" else "early"]');
  t.deepEqual(
    asLater.map(({ argv }) => argv[1]),
    ["early", "early", "last"],
  );
  t.is(asLater[0]!.spec, asLater[1]!.spec);
  t.is(new Set(of('runs exec ["a", self.name]').map(({ spec }) => spec)).size, 1);
});
