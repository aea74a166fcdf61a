import test from "ava";
import { leaves } from "../../../src/language/composition/facts.ts";
import { factKey } from "../../../src/language/composition/meaning.ts";
import { show } from "../../../src/language/show.ts";
import { Program } from "../program.ts";

const around = `
protocol P = ?Int . !Int
protocol Log = mu t. &{ line: ?String . t, bye: end }
automaton a { requires p: P requires log?: Log }
automaton b { provides p: P on tcp 1 requires q?: P }
automaton c { provides p: P on tcp 2 }
automaton sink { provides log: Log on udp 514 }
`;

const program = (text: string): Program => new Program(`${around}\n${text}`);

/** What a composition says. */
const facts = (expression: string): readonly string[] => {
  const from = program(`let it = ${expression}`);
  const { value, problems } = from.outcome("it");
  if (problems.length > 0) return problems.map(({ code }) => code);
  if (value._tag !== "Composition") return [show(value)];
  return [...new Set([...leaves(value.composition.facts)].map(factKey))].sort();
};

test("arrows, unions, objects and publications compose", (t) => {
  t.deepEqual(facts("a => b"), ["a", "a.p request b.p", "b"]);
  t.deepEqual(facts("a => b => c"), ["a", "a.p request b.p", "b", "b.q request c.p", "c"]);
  t.deepEqual(facts("a.log -> sink"), ["a", "a.log message sink.log", "sink"]);
  t.deepEqual(facts("a => (b | c)"), ["a", "a.p request b.p|c.p", "b", "c"]);
  t.deepEqual(facts("a(p = b, log = sink)"), ["a", "a.log request sink.log", "a.p request b.p", "b", "sink"]);
  t.deepEqual(facts("publish(c.p, 8080)"), ["8080 c.p", "c"]);
  t.deepEqual(facts("publish(port = c.p, hostPort = 8000 + 80)"), ["8080 c.p", "c"]);
  t.deepEqual(facts("[a, b] => [c]"), ["a", "a.p request c.p", "b", "b.q request c.p", "c"]);
});

test("a list is a composition where one is expected", (t) => {
  const two = 'let d = automaton "d" { requires p: P }';
  const picked = (expression: string): readonly string[] => facts(`${expression}\n${two}`);
  t.deepEqual(picked("[a, d].p => b"), picked("[a.p => b, d.p => b]()"));
  t.deepEqual(picked("[[a], [d]].p => b"), picked("[a.p => b, d.p => b]()"));
  t.deepEqual(picked("[a, d](p = [b])"), picked("[a(p = b), d(p = b)]()"));
  t.deepEqual(facts("publish([c], 80)"), facts("publish(c, 80)"));
  t.deepEqual(facts("publish([b, a].p, 80)"), ["80 b.p", "a", "b"]);
});

test("a system is a composition, or what can stand for one", (t) => {
  const system = (expression: string): readonly string[] => program(`system s = ${expression}`).underlined();
  t.deepEqual(system("[a => b, []]"), []);
  t.deepEqual(system("b"), []);
  t.deepEqual(system("[]"), []);
  t.deepEqual(system("3"), ['type-mismatch "3"']);
  t.deepEqual(system("[a, 3]"), ['type-mismatch "[a, 3]"']);
  t.deepEqual(system("nope"), ['unknown-name "nope"']);
});

test("what does not compose is placed and said", (t) => {
  const wrong = (expression: string): readonly string[] => program(`let it = ${expression}`).underlined();
  t.deepEqual(wrong("c => b"), ['unknown-port "c => b"']);
  t.deepEqual(wrong("a => b => sink"), ['protocol-mismatch "sink"']);
  t.deepEqual(wrong("a.nope"), ['unknown-port "nope"']);
  t.deepEqual(wrong("a(3)"), ['arity "3"']);
  t.deepEqual(wrong("a(nope = b)"), ['unknown-port "nope"']);
  t.deepEqual(wrong("publish(b.p, 0)"), ['type-mismatch "0"']);
  t.deepEqual(wrong("publish(3, 80)"), ['type-mismatch "3"']);
  t.deepEqual(wrong("a => 3"), ['type-mismatch "3"']);
  t.deepEqual(wrong("a => nope"), ['unknown-name "nope"']);
});

test("equality of compositions is by meaning", (t) => {
  const same = (expression: string): string => show(program(`let it = ${expression}`).outcome("it").value);
  t.is(same("(a => b) == (a => b)"), "true");
  t.is(same("[a => b, b => c] == [a => b, b => c]"), "true");
  t.is(same("((a => b) => c) == (a => (b => c))"), "true");
  t.is(same("(a => b) == (a => c)"), "false");
});

test("a chain of 100,000 arrows composes", (t) => {
  const chain = new Array(100_000).fill("n").join(" => ");
  const from = new Program(
    `automaton n { provides p: P on tcp 1 requires q: P }\nprotocol P = ?Int\nlet it = ${chain}`,
  );
  const { value, problems } = from.outcome("it");
  t.deepEqual(problems.slice(0, 2), []);
  t.is(value._tag, "Composition");
});

test("of one arrow all is told, of one that is evaluated again nothing more", (t) => {
  const text = `${around}
let pair(i) = automaton "n\${i}" { requires p: P requires q: P }
let both = [pair(1), pair(2)] => c
let each = [ pair(i) => c for i in range(1, 50) ]`;
  const from = new Program(text);
  t.is(from.outcome("both").problems.length, 2);
  t.is(from.outcome("each").problems.length, 1);
});
