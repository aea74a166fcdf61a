/** Whether the program knows why it is as it is. */
import test from "ava";
import { openProgram, type Reason } from "../../src/library.ts";
import { tell } from "../../src/program/reasons.ts";

const text = `protocol P = ?Int . !Int
let n = input("n", 2)
let m = n
automaton a {
  requires up: P
  instances m
}
automaton b {
  provides p: P on tcp 80
  runs exec ["b", n]
  instances input("k", 1)
}
let service(label, count) = automaton "\${label}" { instances count }
let cart = service("cart", input("cart.replicas", 1))
system s = [a => b, cart]
`;

const open = (source = text) => {
  const program = openProgram({ file: "w.arch", text: source });
  const pass = (automaton: string, name: string) =>
    program.explain(automaton)!.passes.find((one) => one.pass === name)!;
  const from = (automaton: string, name: string): string[] =>
    pass(automaton, name).from.map(({ what, value, place }) =>
      [
        what,
        ...(value == null ? [] : [`= ${value}`]),
        ...(place ? [`line ${place.range.start.line}`] : []),
      ].join(" "),
    );
  return { program, pass, from };
};

const because = (operations: readonly { readonly id: string; readonly because: readonly Reason[] }[]) =>
  Object.fromEntries(operations.map((one) => [one.id, tell(one.because)]));

test("a pass names the clause that it reads, and the declarations and inputs behind it", (t) => {
  const { from } = open();
  const own = from("a", "instances").slice(0, 4);
  t.deepEqual(own, ["its clause instances line 6", "m = 2 line 3", "n = 2 line 2", "input n = 2"]);
});

test("an input that stands in a clause is named, and those of other clauses are not", (t) => {
  const { from } = open();
  const own = from("b", "instances");
  t.true(own.includes("input k = 1"), own.join());
  t.false(
    own.some((source) => source.startsWith("input n")),
    own.join(),
  );
  t.true(from("b", "resources").includes("input n = 2"));
});

test("what a function was called with is named for what it makes", (t) => {
  const own = open().from("cart", "instances");
  for (const source of [
    "its clause instances line 13",
    "cart line 14",
    "service line 13",
    "input cart.replicas = 1",
  ])
    t.true(own.includes(source), own.join());
});

test("an input inside of a comprehension is named", (t) => {
  const source = 'system s = [ automaton "x${i}" { instances i + input("more", 0) } for i in range(1, 3) ]\n';
  const own = open(source).from("x2", "instances");
  t.true(own.includes("input more = 0"), own.join());
});

test("only the names that are used of an imported file are told", (t) => {
  const program = openProgram({
    file: "main.arch",
    text: 'import "./lib.arch" as lib\nautomaton a { instances lib.two }\nsystem s = a\n',
    resolveImport: () => ({
      file: "lib.arch",
      text: 'let two = input("two", 2)\nlet three = input("three", 3)\n',
    }),
  });
  t.deepEqual(program.diagnostics, []);
  const { from } = program.explain("a")!.passes.find(({ pass }) => pass === "instances")!;
  const names = from.map(({ what }) => what);
  for (const name of ["lib", "two", "input two"])
    t.true(
      names.some((one) => one.includes(name)),
      names.join(),
    );
  t.false(
    names.some((one) => one.includes("three")),
    names.join(),
  );
});

test("a pass names the wires that it reads, and the attributes of other automata", (t) => {
  const { from } = open();
  // Whether it reaches them one by one is said where it requires them.
  const requirement = ["its clause requires line 5", "P line 1"];
  t.deepEqual(from("a", "wiring"), ["the wire of up to b.p line 15", ...requirement]);
  t.true(from("a", "policy").includes("the addresses of b"));
});

test("after an input is set, the way from it to the pass is told", (t) => {
  const { program, pass } = open();
  const { operations } = program.set("n", 3);
  t.is(pass("a", "instances").cause, "input n: 2 → 3 ⇒ n ⇒ m ⇒ instances of a");
  t.deepEqual(pass("a", "instances").because[0], { what: "input n", change: "set", before: 2, after: 3 });
  t.is(because(operations)["instance/a/2"], "input n: 2 → 3 ⇒ n ⇒ m ⇒ instances of a");
});

test("of two values that were set one after the other the last is told, with the one before it", (t) => {
  const { program, pass } = open();
  program.set("n", 3);
  program.set("n", 5);
  t.is(pass("a", "instances").cause, "input n: 3 → 5 ⇒ n ⇒ m ⇒ instances of a");
});

test("after an edit, the declaration that was edited is told with its place", (t) => {
  const { program, pass } = open();
  const { operations } = program.update(text.replace("let m = n", "-- more\nlet m = n + 1"));
  t.is(pass("a", "instances").cause, "m was edited at w.arch:4:5 ⇒ instances of a");
  const [first] = operations.find(({ id }) => id === "instance/a/2")!.because;
  t.deepEqual(first?.place, {
    file: "w.arch",
    range: { start: { line: 4, column: 5 }, end: { line: 4, column: 6 } },
  });
});

test("an automaton's own edit is told as that, and not for those that it leaves alone", (t) => {
  const { program, pass } = open();
  program.update(text.replace("instances m", "instances 7"));
  t.is(pass("a", "instances").cause, "a was edited at w.arch:4:11 ⇒ instances of a");
  t.is(pass("b", "instances").cause, "it is new");
});

test("a service follows its automaton's instances, and a wire the edit of the system", (t) => {
  const { program } = open();
  const scaled = program.set("k", 2);
  t.is(because(scaled.operations)["service/b.p"], "input k: 1 → 2 ⇒ instances of b");
  const wired = program.update(text.replace("a => b, cart", "a => b, cart, publish(b.p, 8080)"));
  t.is(because(wired.operations)["publication/tcp/8080"], "s was edited at w.arch:15:8");
});

test("what is gone is gone because of the system, and what is new is new", (t) => {
  const { program } = open();
  const gone = program.update(text.replace("a => b, cart", "a => b"));
  t.is(because(gone.operations)["instance/cart/0"], "s was edited at w.arch:15:8");
  const back = program.update(text);
  t.is(because(back.operations)["instance/cart/0"], "cart is new at w.arch:13:39");
});

test("a declaration that is taken away is told as gone, and one that takes its place as new", (t) => {
  const { program, pass } = open('let a = automaton "a" { instances n }\nlet n = 2\nsystem s = a\n');
  const shadow = 'import "./l.arch" { k }\n';
  t.is(program.update(`${shadow}let a = automaton "a" { instances n }\nsystem s = a\n`).operations.length, 0);
  t.is(pass("a", "instances").cause, "it is new");
  program.update('let a = automaton "a" { instances n }\nlet n = 4\nsystem s = a\n');
  t.is(pass("a", "instances").cause, "n was edited at w.arch:2:5 ⇒ instances of a");
});

test("an observed value is told as it was and as it is", (t) => {
  const { program, pass } = open(
    "protocol P = ?Int . !Int\nautomaton a { provides p: P on tcp 1 instances 1 + floor(self.connections / 10) }\nsystem s = a\n",
  );
  const { operations } = program.set("a.connections", 25);
  t.is(pass("a", "instances").cause, "a.connections: nothing → 25 ⇒ instances of a");
  t.is(because(operations)["instance/a/1"], "a.connections: nothing → 25 ⇒ instances of a");
});

test("a refused edit leaves the causes as they were", (t) => {
  const { program, pass } = open();
  program.set("n", 3);
  t.true(program.update(text.replace("let m = n", "let m = nn")).diagnostics.length > 0);
  t.is(pass("a", "instances").cause, "input n: 2 → 3 ⇒ n ⇒ m ⇒ instances of a");
});

test("a long chain is told by its beginning and its end", (t) => {
  const chain = Array.from({ length: 2_000 }, (_, i) => `let n${i + 1} = n${i} + 0`).join("\n");
  const { program, pass } = open(
    `let n0 = input("n", 1)\n${chain}\nautomaton a { instances n2000 }\nsystem s = a\n`,
  );
  program.set("n", 2);
  const { because: steps } = pass("a", "instances");
  t.true(steps.length <= 12);
  t.is(steps[0]?.what, "input n");
  t.is(steps.at(-1)?.what, "instances of a");
});
