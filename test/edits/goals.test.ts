/** Each kind of goal: where the text is changed, and what is asked. */
import test from "ava";
import { choicesOf, clearEdit, diffOf, edits, opened } from "./editing.ts";

const shop = `protocol Kv = ?Int . !Int
protocol Log = ?String . !Int

-- where all is kept
automaton store { provides kv: Kv on tcp 6379 }
automaton backup { provides kv: Kv on tcp 6380 }
automaton logs { provides log: Log on tcp 514 }

let service(label, n = 3) = automaton "\${label}" {
  requires kv: Kv
  requires log?: Log
  runs exec ["node", label]
  instances n
}
let catalogue = service("catalogue", 2) -- two of it
let cart = service("cart", input("cart.replicas", 1))
let plain = service("plain")
let shards = [service("shard_\${i}", 1) for i in range(1, 3)]

automaton front {
  requires api: Kv
  provides web: Kv on tcp 8080
  env { MODE = "slow" }
  runs exec ["front"]
  instances clamp(ceil(self.connections / 50), 1, 8)
}

system shop = [
  [catalogue, cart, plain, ...shards] => store,
  cart.log => logs, -- only the cart
  front(api = store),
  backup,
  publish(front.web, 8000),
]
`;

const program = opened(shop);
const edit = (words: string, live = true) => clearEdit(program, words, live);

test("a declaration and an item go with their comments, whatever ends a line", (t) => {
  const lines = [
    "-- of it",
    "automaton a {}",
    "automaton b {}",
    "system s = [",
    "  a, -- first",
    "  b,",
    "]",
    "",
  ];
  for (const end of ["\n", "\r\n", "\r"]) {
    const [choice] = choicesOf(opened(lines.join(end)), "delete a");
    t.is(
      choice!.texts[0]!.after,
      [lines[2], lines[3], lines[5], lines[6], ""].join(end),
      JSON.stringify(end),
    );
  }
});

test("scale: the literal argument at the call", (t) => {
  t.deepEqual(edit("scale catalogue 5"), [
    '-let catalogue = service("catalogue", 2) -- two of it',
    '+let catalogue = service("catalogue", 5) -- two of it',
  ]);
});

test("scale: no clause, inserted as fmt would", (t) => {
  t.deepEqual(edit("scale store 2"), [
    "-automaton store { provides kv: Kv on tcp 6379 }",
    "+automaton store { provides kv: Kv on tcp 6379  instances 2 }",
  ]);
  const lines = opened(`automaton a {\n  runs exec ["a"]\n}\nsystem s = a\n`);
  t.deepEqual(clearEdit(lines, "scale a 3"), ["+  instances 3"]);
});

test("scale: from a default, the argument is named at the call or the default changes, which says whom it touches", (t) => {
  const choices = choicesOf(program, "scale plain 5");
  t.is(edit("scale plain 5"), "4 choices");
  t.deepEqual(choices.map(diffOf).slice(0, 2), [
    [
      '-let service(label, n = 3) = automaton "${label}" {',
      '+let service(label, n = 5) = automaton "${label}" {',
    ],
    ['-let plain = service("plain")', '+let plain = service("plain", n = 5)'],
  ]);
  const shared = opened(shop.replace('service("catalogue", 2)', 'service("catalogue")'));
  t.deepEqual(clearEdit(shared, "scale plain 5"), [
    '-let plain = service("plain")',
    '+let plain = service("plain", n = 5)',
  ]);
  const whole = choicesOf(shared, "scale plain 5").find(({ title }) => title.includes("for `3`"))!;
  t.deepEqual(whole.touches, ["catalogue"]);
  t.true(whole.collateral > 0);
});

test("scale: an input is set where it runs, or its default changes", (t) => {
  const choices = choicesOf(program, "scale cart 4");
  t.deepEqual(choices[0]!.inputs, [{ name: "cart.replicas", text: "4" }]);
  t.deepEqual(choices[0]!.texts, []);
  t.regex(String(edit("scale cart 4")), /choices$/);
  t.deepEqual(edit("scale cart 4", false), [
    '-let cart = service("cart", input("cart.replicas", 1))',
    '+let cart = service("cart", input("cart.replicas", 4))',
  ]);
});

test("scale: an equation over self always asks, for a floor or a constant", (t) => {
  t.is(edit("scale front 4"), "3 choices");
  t.deepEqual(
    choicesOf(program, "scale front 4").map((choice) => diffOf(choice)[1]),
    [
      "+  instances clamp(ceil(self.connections / 50), 4, 8)",
      "+  instances max(4, clamp(ceil(self.connections / 50), 1, 8))",
      "+  instances 4",
    ],
  );
  t.regex(choicesOf(program, "scale front 4")[2]!.title, /stops following load/);
});

test("scale: one element of a comprehension, by a conditional argument, a with, or split out", (t) => {
  const choices = choicesOf(program, "scale shard_2 5");
  t.false((edits(program, "scale shard_2 5") as { clear: boolean }).clear);
  const without = choices
    .filter(({ collateral }) => collateral === 0)
    .map((choice) => diffOf(choice).slice(1));
  t.deepEqual(without, [
    ['+let shards = [service("shard_${i}", if i == 2 then 5 else 1) for i in range(1, 3)]'],
    [
      "+let shards = [",
      '+  ...[service("shard_${i}", 1) for i in range(1, 3) if i != 2],',
      '+  service("shard_2", 1) with { instances 5 },',
      "+]",
    ],
    [
      "+let shards = [",
      '+  if i == 2 then service("shard_${i}", 1) with { instances 5 } else service("shard_${i}", 1)',
      "+  for i in range(1, 3)",
      "+]",
    ],
  ]);
});

test("scale: of a long comprehension only the one element is changed, and the system is never tried without it", (t) => {
  const wide = opened(`protocol Kv = ?Int . !Int
automaton store { provides kv: Kv on tcp 1 }
let service(label, n = 1) = automaton "\${label}" {
  requires kv: Kv
  instances n
}
let all = [service("a\${i}") for i in range(1, 400)]
system s = [all => store]
`);
  const preview = wide.previewAll.bind(wide);
  const operations: number[] = [];
  wide.previewAll = (...given: Parameters<typeof preview>) => {
    const made = preview(...given);
    operations.push(made.preview.operations.length);
    return made as never;
  };
  t.is(choicesOf(wide, "scale a200 3").length, 3);
  t.is(choicesOf(wide, "delete a200").length, 1);
  t.is(choicesOf(wide, "rename a200 other").length, 2);
  t.true(operations.length < 15, `${operations.length} previews`);
  t.true(Math.max(...operations) < 20, `${Math.max(...operations)} operations`);
});

test("scale: what is computed stays computed, where it can", (t) => {
  const of = (clause: string) => opened(`let n = 2\nautomaton a {\n  instances ${clause}\n}\nsystem s = a\n`);
  t.deepEqual(choicesOf(of("n * 3 + 1"), "scale a 10").map(diffOf), [
    ["-let n = 2", "+let n = 3"],
    ["-  instances n * 3 + 1", "+  instances n * 3 + 4"],
    ["-  instances n * 3 + 1", "+  instances 3 * 3 + 1"],
    ["-  instances n * 3 + 1", "+  instances 10"],
  ]);
  t.deepEqual(
    choicesOf(of("max(n, 1)"), "scale a 4").map((choice) => diffOf(choice)[1]),
    ["+let n = 4", "+  instances max(n, 4)", "+  instances max(4, 1)", "+  instances 4"],
  );
});

test("set: a variable, a clause, an entry that is new", (t) => {
  t.deepEqual(edit("set front.env.MODE fast"), ['-  env { MODE = "slow" }', '+  env { MODE = "fast" }']);
  t.deepEqual(edit("set front.env.NEW 5"), ['-  env { MODE = "slow" }', '+  env { MODE = "slow", NEW = 5 }']);
  t.deepEqual(edit('set front.runs ["back", "now"]'), [
    '-  runs exec ["front"]',
    '+  runs exec ["back", "now"]',
  ]);
  t.deepEqual(edit("set front.restart never"), ["+  restart never"]);
  t.deepEqual(edit("set front.start 5s"), ["+  start within 5s"]);
  t.deepEqual(edit("set front.stop SIGINT within 3s"), ["+  stop SIGINT within 3s"]);
  t.deepEqual(edit('set front.user "nobody"'), ['+  user "nobody"']);
  t.deepEqual(edit("set front.settle 5s"), [
    "-  instances clamp(ceil(self.connections / 50), 1, 8)",
    "+  instances clamp(ceil(self.connections / 50), 1, 8) settle 5s",
  ]);
  t.deepEqual(edit("set front.provides.web 8081"), [
    "-  provides web: Kv on tcp 8080",
    "+  provides web: Kv on tcp 8081",
  ]);
  t.is(edit("set front.env.MODE slow"), "reached");
  t.is(edit("set front.provides.web 8080"), "reached");
  t.regex(String(edit("set front.restrat never")), /no clause restrat/);
  t.regex(String(edit("set front.restart sometimes")), /refused/);
});

test("set: an input", (t) => {
  t.deepEqual(edit("set cart.replicas 7", false), [
    '-let cart = service("cart", input("cart.replicas", 1))',
    '+let cart = service("cart", input("cart.replicas", 7))',
  ]);
  t.is(edit("set cart.replicas 7"), "2 choices");
  t.is(edit("set cart.replicas 1"), "reached");
});

test("delete: the item, and the declaration that nothing else uses", (t) => {
  t.deepEqual(edit("delete catalogue"), [
    '-let catalogue = service("catalogue", 2) -- two of it',
    "-  [catalogue, cart, plain, ...shards] => store,",
    "+  [cart, plain, ...shards] => store,",
  ]);
  t.deepEqual(choicesOf(program, "delete catalogue")[0]!.lost, ["-- two of it"]);
  t.deepEqual(edit("delete cart"), [
    '-let cart = service("cart", input("cart.replicas", 1))',
    "-  [catalogue, cart, plain, ...shards] => store,",
    "-  cart.log => logs, -- only the cart",
    "+  [catalogue, plain, ...shards] => store,",
    "+  logs, -- only the cart",
  ]);
});

test("delete: nobody starts after it any more", (t) => {
  const ordered = opened(`protocol Kv = ?Int . !Int
automaton a { provides kv: Kv on tcp 1 }
automaton b { runs exec ["b"] }
automaton c { runs exec ["c"] after a.kv, b }
automaton d { runs exec ["d"] after b, a user "nobody" }
automaton e {
  runs exec ["e"]
  after a
}
system s = [a, b, c, d, e]
`);
  // It changes others, so it is to be chosen.
  const choices = choicesOf(ordered, "delete a");
  t.is(choices.length, 1);
  t.deepEqual(diffOf(choices[0]!), [
    "-automaton a { provides kv: Kv on tcp 1 }",
    '-automaton c { runs exec ["c"] after a.kv, b }',
    '-automaton d { runs exec ["d"] after b, a user "nobody" }',
    '+automaton c { runs exec ["c"] after b }',
    '+automaton d { runs exec ["d"] after b user "nobody" }',
    "-  after a",
    "-system s = [a, b, c, d, e]",
    "+system s = [b, c, d, e]",
  ]);
});

test("delete: the last of a range shortens it, one in the middle is left out by a filter", (t) => {
  t.deepEqual(edit("delete shard_3"), [
    '-let shards = [service("shard_${i}", 1) for i in range(1, 3)]',
    '+let shards = [service("shard_${i}", 1) for i in range(1, 2)]',
  ]);
  t.deepEqual(edit("delete shard_2"), [
    '-let shards = [service("shard_${i}", 1) for i in range(1, 3)]',
    '+let shards = [service("shard_${i}", 1) for i in range(1, 3) if i != 2]',
  ]);
});

test("delete: a wire that may go, and one that must be", (t) => {
  t.deepEqual(edit("delete cart.log"), [
    "-  cart.log => logs, -- only the cart",
    "+  logs, -- only the cart",
  ]);
  const refused = edits(program, "delete cart.kv");
  t.deepEqual(refused, {
    _tag: "Refused",
    refusal: {
      message: "cart.kv must be wired: it is not optional",
      hints: [
        "make it optional: `requires kv?: …` in cart",
        "wire it to another: `rewire cart.kv`",
        "take the requirer out first: `delete cart`",
      ],
    },
    diagnostics: [],
  });
  t.regex(String(edit("delete store")), /store is required by cart.kv, catalogue.kv, front.api/);
});

test("delete: a publication, and an automaton that is scaled away", (t) => {
  t.deepEqual(edit("delete publication 8000"), ["-  publish(front.web, 8000),"]);
  t.deepEqual(edit("scale catalogue 0"), [
    '-let catalogue = service("catalogue", 2) -- two of it',
    '+let catalogue = service("catalogue", 0) -- two of it',
  ]);
});

test("wire, rewire: at the end of the system's list, and only to what fits", (t) => {
  t.deepEqual(edit("wire plain => logs"), ["+  plain => logs,"]);
  t.regex(String(edit("wire plain => backup")), /is wired to `store.kv`/);
  t.deepEqual(edit("rewire cart.kv => backup"), [
    "-  [catalogue, cart, plain, ...shards] => store,",
    "+  [catalogue, plain, ...shards] => store,",
    "+  cart.kv => backup,",
  ]);
  t.deepEqual(edit("rewire front.api => backup"), ["-  front(api = store),", "+  front(api = backup),"]);
  t.regex(String(edit("rewire cart.kv => logs")), /does not fit/);
  t.deepEqual(edit("rewire front.api"), ["-  front(api = store),", "+  front(api = backup),"]);
});

test("wire, rewire, publish: also what is declared, and was in no system before", (t) => {
  const text = `protocol Kv = ?Int . !Int
automaton store { provides kv: Kv on tcp 1 }
automaton spare { provides kv: Kv on tcp 2 }
automaton cart { requires kv?: Kv }
automaton other { requires kv: Kv }
system s = [cart, store, other => store]
`;
  const small = opened(text);
  const line = "-system s = [cart, store, other => store]";
  t.deepEqual(clearEdit(small, "wire cart => spare"), [
    line,
    "+system s = [cart, store, other => store, cart => spare]",
  ]);
  t.deepEqual(clearEdit(small, "rewire other.kv"), [line, "+system s = [cart, store, other => spare]"]);
  t.deepEqual(clearEdit(small, "publish spare.kv 80"), [
    line,
    "+system s = [cart, store, other => store, publish(spare.kv, 80)]",
  ]);
  t.regex(String(clearEdit(small, "scale spare 2")), /has no automaton spare/);
});

test("rename: where the name comes from, with a warning", (t) => {
  t.deepEqual(edit("rename cart basket"), [
    '-let cart = service("cart", input("cart.replicas", 1))',
    '+let cart = service("basket", input("cart.replicas", 1))',
  ]);
  t.deepEqual(edit("rename front face"), [
    "-automaton front {",
    "+automaton face {",
    "-  front(api = store),",
    "+  face(api = store),",
    "-  publish(front.web, 8000),",
    "+  publish(face.web, 8000),",
  ]);
  t.regex(
    choicesOf(program, "rename front face")[0]!.warnings[0]!,
    /its addresses and its state go with its name/,
  );
  t.regex(String(edit("rename front store")), /refused/);
});

test("copy and publish", (t) => {
  t.deepEqual(edit("copy store archive"), [
    "+automaton archive { provides kv: Kv on tcp 6379 }",
    "+  archive,",
  ]);
  t.deepEqual(edit("copy cart second"), [
    '+let second = cart with { name "second" }',
    "+  second.kv => store.kv,",
    "+  second.log => logs.log,",
  ]);
  t.deepEqual(edit("publish store.kv 7000"), ["+  publish(store.kv, 7000),"]);
  t.regex(String(edit("publish store.kv 8000")), /refused/);
});

test("what there is not, and what is not understood", (t) => {
  t.like(edits(program, "scale carf 5"), {
    refusal: { message: "shop has no automaton carf", hints: ["did you mean cart?"] },
  });
  t.like(edits(program, "scael cart 5"), { refusal: { hints: ["did you mean scale?"] } });
  t.like(edits(program, "scale cart"), { refusal: { hints: ["write `scale AUTOMATON COUNT`"] } });
});
