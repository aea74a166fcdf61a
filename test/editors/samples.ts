/** Programs that the editors' grammars are tried on. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

const root = new URL("../../../", import.meta.url);

/** Places where colouring goes wrong easily. */
const tricky = `-- every corner of the notation
{- a comment {- within -} another "not a string" -}
import "./lib.arch" as lib
import "./lib.arch" sha256:0123abcd { service, Store }
type Row = { key: String, values: [Float], of: lib.Key }
protocol P = (mu t. +{ more: !Row . t, type_: end }) ; dual lib.Q
protocol Q = ?[{ a: Int }] . !lib.Key . &{ instances: end, on: !Unit }
let text = "a \\"quoted\\" \\\${ not } \${ { a = "x}" }.a } \\u{1F600}\\n"
let long = """
  let this = "be text" \${if true then "-- no comment" else "{-"} end
"""
let numbers = [1_000, 2.5MiB, 30s, 99.5%, 10Mbps, 1h]
let name = 1 let env = 2
let on = name - env --comment
let f(a, b = [1, 2][0], c = fn(x) x) = a
let resolves = f let both = resolves let ipv4(ipv6) = both
let update = f let roll = update let replace(roll) = [update, roll]
let instances(health) = let every = health in every * 2
automaton many {
  provides a: P on tcp 80 provides b: lib.Q on udp env
  requires c?: mu t. &{ x: ?Int . t, y: end } requires d: f(P)
  runs exec ["sh", "-c", "exit \${name}"] -- to the end
  env { instances = name, on = "tcp", ...{ runs = 1 } }
  instances max(name, on) settle 10s
  health exec ["true"] every 1s timeout env
  restart on-failure update replace resolves both
}
let external = name
external elsewhere { provides a: P on tcp 1 + external at "mx.example.com" provides b: P on udp 53 at host }
let other = many with { name "other" instances 2 restart never }
let shards = [automaton "shard_\${i}" { instances i } for i in range(1, 8) if i != 3 && !(i >= 5)]
system s = [many.c => other.a | shards[0], many -> other, publish(many.a, 80)]
`;

const broken = `protocol P = mu t. &{ get: ?
let a = "unclosed
let b = [1, 2
automaton x { provides a: P on
let c = 1 +
system s = [a, {
`;

const under = (folder: string): readonly string[] => {
  const url = new URL(folder, root);
  if (!existsSync(url)) return [];
  return readdirSync(url, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".arch"))
    .map((name) => `${folder}${name}`);
};

export interface Sample {
  readonly name: string;
  readonly text: string;
}

/** The two above, the examples, and the golden programs. */
export const samples = (): readonly Sample[] => [
  { name: "tricky", text: tricky },
  { name: "broken", text: broken },
  ...[...under("examples/"), ...under("test/golden/")].map((name) => ({
    name,
    text: readFileSync(new URL(name, root), "utf8"),
  })),
];
