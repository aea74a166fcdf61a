// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are of the language
import test from "ava";
import { equal, identical } from "../../../src/language/equality.ts";
import {
  evaluateArgv,
  evaluateCount,
  evaluateEquation,
  evaluateVariable,
} from "../../../src/language/evaluate.ts";
import { type Speaker, speakerOf } from "../../../src/language/evaluation/speaker.ts";
import { show } from "../../../src/language/show.ts";
import type { AutomatonValue, ClauseValue } from "../../../src/language/value.ts";
import { type Options, Program } from "../program.ts";

const protocols = "protocol P = ?Int . !Int\nprotocol Q = !Bool\n";

const program = (clauses: string, around = "", options: Options = {}): Program =>
  new Program(`${protocols}${around}\nautomaton x { ${clauses} }`, options);

const automaton = (from: Program, name = "x"): AutomatonValue => {
  const { value } = from.outcome(name);
  if (value._tag !== "Automaton") throw new Error(`${name} is a ${value._tag}`);
  return value;
};

const wrong = (clauses: string, around = ""): readonly string[] => program(clauses, around).underlined();

const known = <T>(said: ClauseValue<T> | null): T | null | "an equation" =>
  said === null ? null : said._tag === "Known" ? said.value : "an equation";

test("clauses say what an automaton is", (t) => {
  const from = program(
    `requires b: Q  provides web: P on tcp 8000 + n
     provides log: Q on udp 514  requires a?: dual P
     runs exec ["node", "x.js", n, true]
     env { A = 1.5s, B = "n is \${n}", ...{ C = "c", A = 2 } }
     instances n settle 1m
     health http "/\${n}" every 2s timeout 500ms
     restart on-failure`,
    "let n = 3",
  );
  const x = automaton(from);
  t.deepEqual(from.check(), []);
  t.is(x.name, "x");
  t.deepEqual(
    x.provides.map(({ name, label, transport, number }) => `${name}: ${label} ${transport} ${number}`),
    ["log: Q udp 514", "web: P tcp 8003"],
  );
  t.deepEqual(
    x.requires.map(({ name, label, optional }) => `${name}: ${label} ${optional}`),
    ["a: !Int . ?Int true", "b: Q false"],
  );
  t.deepEqual(known(x.runs), ["node", "x.js", "3", "true"]);
  t.deepEqual(
    [...x.env].map(([name, said]) => `${name}=${known(said)}`),
    ["A=2", "B=n is 3", "C=c"],
  );
  t.is(known(x.instances), 3);
  t.is(known(x.settle), 60_000);
  t.is(known(x.health!.path), "/3");
  t.is(known(x.health!.every), 2000);
  t.is(known(x.health!.timeout), 500);
  t.is(x.restart, "on-failure");
});

test("an automaton without clauses says nothing but its name", (t) => {
  const x = automaton(new Program('let x = automaton "a-${1}" {}'));
  t.is(x.name, "a-1");
  t.deepEqual(
    [x.runs, x.instances, x.settle, x.health, x.restart, x.env.size],
    [null, null, null, null, null, 0],
  );
});

test("a clause that speaks of `self` is an equation", (t) => {
  const options: Options = {
    observed: { "x.connections": 120, "x.cpu": 0.35, memory: 2 ** 30, cpus: 4 },
    limits: {},
  };
  const from = program(
    `instances clamp(ceil(self.connections / per), 1, 8)
     runs exec ["run", "\${self.cpu}"]
     env { READY = map(fn(s) s.ready + 1, [self])[0], CPUS = host.cpus, MEMORY = host.memory }`,
    "let per = 50",
    options,
  );
  const x = automaton(from);
  t.deepEqual(from.check(), []);
  t.false(from.read.has("x.connections"), "the equation was tried without a look at the world");
  t.true(from.read.has("host.cpus"));
  const speaker = (): Speaker => speakerOf({ isTrial: false, name: "x", index: () => 0 }, [], []);
  t.deepEqual(evaluateCount(x.instances!, speaker, from.world), { value: 3, problems: [] });
  t.true(from.read.has("x.connections"));
  t.deepEqual(evaluateArgv(x.runs!, speaker, from.world).value, ["run", "0.35"]);
  t.is(evaluateVariable(x.env.get("READY")!, speaker, from.world).value, "1");
  t.is(known(x.env.get("CPUS")!), "4");
  t.is(known(x.env.get("MEMORY")!), "1GiB");
  t.is(x.instances?._tag, "Equation");
  if (x.instances?._tag === "Equation")
    t.is(show(evaluateEquation(x.instances.closure, speaker(), from.world).value), "3");
});

test("an equation is tried at the start, where every cell is zero", (t) => {
  t.deepEqual(wrong("instances 100 / self.connections"), ['division-by-zero "100 / self.connections"']);
  t.deepEqual(wrong("instances self.conections"), ['unknown-field "conections"']);
  t.deepEqual(wrong('instances "${self.ready}"'), ['type-mismatch "\\"${self.ready}\\""']);
  t.deepEqual(wrong("instances nope + self.ready"), ['unknown-name "nope"']);
});

test("`self` is known where it can follow, and nowhere else", (t) => {
  t.deepEqual(wrong("provides p: P on tcp self.ready"), ['unknown-name "self"']);
  t.deepEqual(wrong("instances 1", "let a = self.ready"), ['unknown-name "self"']);
  t.deepEqual(new Program('let x = automaton "a${self.ready}" {}').underlined(), ['unknown-name "self"']);
  t.deepEqual(wrong("env { ...{ A = self.ready } }"), ['unknown-name "self"']);
});

test("what a clause takes", (t) => {
  t.deepEqual(wrong("instances -1"), ['type-mismatch "-1"']);
  t.deepEqual(wrong("instances 1.5"), ['type-mismatch "1.5"']);
  t.deepEqual(wrong("instances 1s"), ['type-mismatch "1s"']);
  t.deepEqual(wrong("instances 2000000"), ['limit-exceeded "2000000"']);
  t.deepEqual(wrong("instances 1 settle 3"), ['type-mismatch "3"']);
  t.deepEqual(wrong("runs exec []"), ['type-mismatch "[]"']);
  t.deepEqual(wrong('runs exec [""]'), ['type-mismatch "[\\"\\"]"']);
  t.deepEqual(wrong('runs exec ["a", ["b"]]'), ['type-mismatch "[\\"a\\", [\\"b\\"]]"']);
  t.deepEqual(wrong('runs exec ["a\\u{0}"]'), ['type-mismatch "[\\"a\\\\u{0}\\"]"']);
  t.deepEqual(wrong("env { A = [] }"), ['type-mismatch "[]"']);
  t.deepEqual(wrong("env { A = 1, A = 2 }"), ['duplicate-name "A"']);
  t.deepEqual(wrong('health http "healthz"'), ['type-mismatch "\\"healthz\\""']);
  t.deepEqual(wrong("health tcp every 0s"), ['type-mismatch "0s"']);
  t.deepEqual(wrong("provides p: P on tcp 0"), ['type-mismatch "0"']);
  t.deepEqual(wrong("provides p: P on tcp 65536"), ['type-mismatch "65536"']);
  t.deepEqual(wrong("provides p: Int on tcp 1", "let Int = 3"), ['type-mismatch "Int"']);
  t.deepEqual(wrong("provides p: T on tcp 1", "type T = Int"), ['type-mismatch "T"']);
  t.deepEqual(wrong("provides p: Nope on tcp 1"), ['unknown-name "Nope"']);
});

test("a clause stands once, and so does a port", (t) => {
  t.deepEqual(wrong("instances 1 instances 2"), ['duplicate-clause "instances"']);
  t.deepEqual(wrong("env {} env {}"), ['duplicate-clause "env"']);
  t.deepEqual(wrong("provides a: P on tcp 1 provides a: P on tcp 2"), ['duplicate-name "a"']);
  t.deepEqual(wrong("requires a: P requires A: P"), ['duplicate-name "A"']);
  t.deepEqual(wrong("requires a: P provides a: P on tcp 1"), []);
});

test("an automaton's name can be a part of a host name", (t) => {
  const named = (name: string): readonly string[] => new Program(`let x = automaton ${name} {}`).underlined();
  t.deepEqual(named('"a_b-c9"'), []);
  t.deepEqual(named('"9a"'), ['type-mismatch "\\"9a\\""']);
  t.deepEqual(named('"a b"'), ['type-mismatch "\\"a b\\""']);
  t.deepEqual(named('""'), ['type-mismatch "\\"\\""']);
  t.is(named(`"${"a".repeat(63)}"`).length, 0);
  t.is(named(`"${"a".repeat(64)}"`).length, 1);
});

test("`with` changes clauses, ports and variables by name", (t) => {
  const from = program(
    "provides p: P on tcp 1 requires q: Q env { A = 1, B = 2 } instances 1 settle 1s restart never",
    `let y = x with { name "y" provides p: Q on udp 2 provides r: P on tcp 3 env { B = 3, C = 4 } instances 5 }`,
  );
  const y = automaton(from, "y");
  t.deepEqual(from.check(), []);
  t.is(y.name, "y");
  t.deepEqual(
    y.provides.map(({ name, label, number }) => `${name} ${label} ${number}`),
    ["p Q 2", "r P 3"],
  );
  t.deepEqual(
    y.requires.map(({ name }) => name),
    ["q"],
  );
  t.deepEqual(
    [...y.env].map(([name, said]) => `${name}=${known(said)}`),
    ["A=1", "B=3", "C=4"],
  );
  t.deepEqual([known(y.instances), known(y.settle), y.restart], [5, null, "never"]);
  t.deepEqual(wrong("instances 1", "let y = 3 with { instances 2 }"), ['type-mismatch "3"']);
  t.deepEqual(wrong("instances 1", "let y = x with { restart never restart always }"), [
    'duplicate-clause "restart"',
  ]);
});

test("`with` gives no two ports that differ in case only", (t) => {
  const clauses = "provides p: P on tcp 1 requires q: Q";
  t.deepEqual(wrong(clauses, "let y = x with { provides P: P on tcp 2 requires Q: Q }"), [
    'duplicate-name "P"',
    'duplicate-name "Q"',
  ]);
  t.deepEqual(wrong(clauses, "let y = x with { provides p: P on tcp 2 requires P: Q }"), []);
});

test("where it is written is no part of what an automaton means", (t) => {
  const declared = (name: string, clauses: string): string => `let ${name} = automaton "x" { ${clauses} }`;
  const from = new Program(
    [
      protocols,
      declared("one", "provides p: P on tcp 1 instances self.ready + 1"),
      declared("other", "instances self.ready + 1   provides p: ?Int . !Int on tcp 1"),
      declared("third", "provides p: P on tcp 1 instances self.ready + 2"),
      declared("fourth", "provides p: Q on tcp 1 instances self.ready + 1"),
    ].join("\n"),
  );
  const [one, other, third, fourth] = ["one", "other", "third", "fourth"].map((name) =>
    automaton(from, name),
  );
  t.is(equal(one!, other!), true);
  t.false(identical(one!, other!));
  t.is(equal(one!, third!), false);
  t.is(equal(one!, fourth!), false);
});

test("a failed port fails the automaton, a failed clause only itself", (t) => {
  t.is(program("provides p: Nope on tcp 1").outcome("x").value._tag, "Poison");
  const x = automaton(program("provides p: P on tcp 1 instances nope"));
  t.is(x.instances, null);
  t.is(x.provides.length, 1);
});

test("protocols are values", (t) => {
  const from = new Program(
    `${protocols}
     let proxy(Spoken) = automaton "proxy" { provides p: Spoken on tcp 1 requires q: mu t. !Int . ?Bool . Spoken }
     let list = [P, Q]
     automaton y { provides p: list[0] on tcp 1 }
     let x = proxy(P)
     let z = proxy(Q)`,
  );
  t.deepEqual(from.check(), []);
  const [x, y, z] = ["x", "y", "z"].map((name) => automaton(from, name));
  t.is(x!.provides[0]!.protocol.key, y!.provides[0]!.protocol.key);
  t.not(x!.provides[0]!.protocol.key, z!.provides[0]!.protocol.key);
  t.is(show(from.outcome("P").value), "?Int . !Int");
});

test("payload types that are built in stay what they are", (t) => {
  t.deepEqual(new Program("type Bytes = Int").underlined(), ['duplicate-name "Bytes"']);
  t.deepEqual(new Program("type Bites = Int").underlined(), []);
});
