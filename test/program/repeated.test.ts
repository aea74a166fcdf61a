/** Clauses that stand once for each element of a list, and ports that are picked by names which are computed. */
import test from "ava";
import { openProgram, type Program } from "../../src/library.ts";

const prelude = `
protocol P = ?Int . !Int
let shard(i) = automaton "shard_\${i}" { provides p: P on tcp 1 }
let others = [ automaton "other_\${i}" { provides p: P on tcp 1 } for i in range(1, 200) ]
`;

const open = (text: string, inputs: Readonly<Record<string, number>> = {}): Program => {
  const program = openProgram({ file: "r.arch", text: prelude + text, inputs });
  if (program.diagnostics.length > 0) throw new Error(program.diagnostics[0]!.message);
  return program;
};

const system =
  'system s = [others, [ router["shard_${i}"] => shard(i) for i in range(1, 3) ], publish(router["web_2"], 80)]\n';

const computed = `automaton router {
  requires "shard_\${i}": P for i in range(1, 3)
  provides "web_\${i}": P on tcp 8000 + i from 9000 + i for i in range(1, 5) if i != 3
  runs exec ["router", ...[ requires["shard_\${i}"].addr for i in range(1, 3) ]] for _ in [1]
  env { SHARDS = n, PORT = "\${provides["web_\${n}"].port}" } for n in [2]
  restart never for i in []
}
${system}`;

const written = `automaton router {
  provides web_1: P on tcp 8001 from 9001
  provides web_2: P on tcp 8002 from 9002
  provides web_4: P on tcp 8004 from 9004
  provides web_5: P on tcp 8005 from 9005
  requires shard_1: P
  requires shard_2: P
  requires shard_3: P
  runs exec ["router", requires.shard_1.addr, requires.shard_2.addr, requires.shard_3.addr]
  env { SHARDS = 2, PORT = "\${provides.web_2.port}" }
}
system s = [others, router.shard_1 => shard(1), router.shard_2 => shard(2), router.shard_3 => shard(3), publish(router.web_2, 80)]
`;

test("what is computed is what would be written", (t) => {
  t.deepEqual(open(computed).desired(), open(written).desired());
});

test("what a call is given by a computed name is what is given by a written one", (t) => {
  const client = (called: string): string => `automaton router {
  requires "shard_\${i}": P for i in range(1, 2)
}
let n = 1
system s = router(${called})
`;
  const given = client('"shard_${n}" = shard(n), "shard_2" = shard(2)');
  t.deepEqual(open(given).desired(), open(client("shard_1 = shard(1), shard_2 = shard(2)")).desired());
  const program = open(given);
  const before = program.desired();
  const { diagnostics } = program.update(prelude + given.replace("let n = 1", "let n = 3"));
  t.is(diagnostics[0]?.code, "unknown-port");
  program.update(prelude + given);
  t.deepEqual(program.desired(), before);
});

test("one more element evaluates its automaton again, and what composes it", (t) => {
  const program = open(computed);
  const before = Object.keys(program.desired()).length;
  const { diagnostics, operations, stats } = program.update(
    prelude + computed.replace("in range(1, 5) if", "in range(1, 6) if"),
  );
  t.deepEqual(diagnostics, []);
  t.true(stats.evaluated <= 4, `${stats.evaluated} evaluated`);
  for (const [pass, { folded }] of Object.entries(stats.passes))
    t.true(folded <= 4, `${pass}: ${folded} folded`);
  t.deepEqual(
    operations.filter(({ op }) => op === "create").map(({ id }) => id),
    ["service/router.web_6"],
  );
  t.is(Object.keys(program.desired()).length, before + 1);
});

test("an input makes ports come and go", (t) => {
  const text = `automaton router { provides "web_\${i}": P on tcp 8000 + i for i in range(1, input("ports", 2)) }
system s = [others, router]
`;
  const program = open(text);
  const services = (): readonly string[] =>
    Object.keys(program.desired()).filter((key) => key.startsWith("service/router."));
  t.deepEqual(services(), ["service/router.web_1", "service/router.web_2"]);
  const { operations, stats } = program.set("ports", 3);
  t.true(stats.evaluated <= 4, `${stats.evaluated} evaluated`);
  t.true(operations.some(({ op, id }) => op === "create" && id === "service/router.web_3"));
  t.deepEqual(program.desired(), open(text, { ports: 3 }).desired());
  program.set("ports", 0);
  t.deepEqual(services(), []);
});

test("what fails in a list is told once, and nothing else for it", (t) => {
  const text = `automaton router {
  requires "shard_\${i}": P for i in [1 / 0]
  provides "web_\${1 / 0}": P on tcp 80
  env { A = requires.shard_1.addr, B = provides["web"].port }
}
system s = [router["shard_1"] => shard(1), publish(router.web, 80)]
`;
  const { diagnostics } = openProgram({ file: "r.arch", text: prelude + text });
  t.deepEqual(
    diagnostics.map(({ code, range }) => `${code}@${range.start.line - 4}`),
    ["division-by-zero@2", "division-by-zero@3"],
  );
});

test("as many elements as a list may have", (t) => {
  const text = `automaton wide { provides "p_\${i}": P on tcp i for i in range(1, 5_000) }
system s = wide
`;
  t.is(Object.keys(open(text).desired()).filter((key) => key.startsWith("service/")).length, 5_000);
});
