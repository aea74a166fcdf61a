import test from "ava";
import { toDot } from "../../../src/cli/graph/dot.ts";
import { toMermaid } from "../../../src/cli/graph/mermaid.ts";
import { graphOf, type SystemGraph } from "../../../src/cli/graph/model.ts";
import { toSvg } from "../../../src/cli/graph/svg.ts";
import {
  instanceKey,
  publicationKey,
  type Resource,
  serviceKey,
  wireKey,
} from "../../../src/core/resource.ts";

const address = { v4: "10.0.0.1", v6: "fc00::1" };
const instance = (automaton: string, index: number): Resource => ({
  kind: "instance",
  key: instanceKey(automaton, index),
  automaton,
  index,
  netns: "",
  link: "",
  address,
  origin: 1,
});
const resources: readonly Resource[] = [
  instance("web", 0),
  instance("web", 1),
  instance("eu", 0),
  {
    kind: "service",
    key: serviceKey("eu.log"),
    automaton: "eu",
    id: "eu.log",
    transport: "udp",
    number: 514,
    vip: address,
    endpoints: [],
  },
  {
    kind: "wire",
    key: wireKey("web", "api"),
    automaton: "web",
    requirement: "api",
    origin: 1,
    service: "eu.api|us.api",
    vip: address,
    transport: "tcp",
    number: 9000,
    oneWay: false,
  },
  {
    kind: "wire",
    key: wireKey("web", "log"),
    automaton: "web",
    requirement: "log",
    origin: 1,
    service: "eu.log",
    vip: address,
    transport: "udp",
    number: 514,
    oneWay: true,
  },
  {
    kind: "publication",
    key: publicationKey("tcp", 8080),
    automaton: "web",
    hostPort: 8080,
    transport: "tcp",
    service: "web.http",
    vip: address,
    number: 80,
  },
];

const graph = graphOf("shop", resources);

test("the graph of a system is read from its resources, each side of a union by itself", (t) => {
  t.deepEqual(graph, {
    system: "shop",
    automata: [
      {
        name: "eu",
        instances: 1,
        services: [
          { port: "api", transport: "tcp", number: 9000 },
          { port: "log", transport: "udp", number: 514 },
        ],
        requirements: [],
      },
      {
        name: "us",
        instances: 0,
        services: [{ port: "api", transport: "tcp", number: 9000 }],
        requirements: [],
      },
      {
        name: "web",
        instances: 2,
        services: [{ port: "http", transport: "tcp", number: 80 }],
        requirements: ["api", "log"],
      },
    ],
    wires: [
      { from: "web.api", to: "eu.api", kind: "request" },
      { from: "web.api", to: "us.api", kind: "request" },
      { from: "web.log", to: "eu.log", kind: "message" },
    ],
    publications: [{ hostPort: 8080, transport: "tcp", to: "web.http" }],
  } satisfies SystemGraph);
});

test("dot", (t) => {
  t.is(
    toDot(graph),
    `digraph "shop" {
  rankdir=LR;
  node [shape=box, style=rounded, fontname="sans-serif"];
  edge [fontname="sans-serif", fontsize=10];
  "eu" [label="eu ×1"];
  "us" [label="us ×0"];
  "web" [label="web ×2"];
  "host tcp 8080" [shape=plain];
  "host tcp 8080" -> "web" [label="http"];
  "web" -> "eu" [label="api"];
  "web" -> "us" [label="api"];
  "web" -> "eu" [label="log", style=dashed];
}
`,
  );
});

test("mermaid", (t) => {
  t.is(
    toMermaid(graph),
    `flowchart LR
  a0["eu ×1"]
  a1["us ×0"]
  a2["web ×2"]
  p0(["host tcp 8080"]) -->|"http"| a2
  a2 -->|"api"| a0
  a2 -->|"api"| a1
  a2 -.->|"log"| a0
`,
  );
});

/** The names of the elements, in order; throws where the text is no well-formed XML of the simple kind. */
const elements = (xml: string): string[] => {
  const open: string[] = [];
  const seen: string[] = [];
  let at = 0;
  for (const match of xml.matchAll(/<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/g)) {
    if (/[<>]/.test(xml.slice(at, match.index))) throw new Error(`stray markup at ${at}`);
    at = match.index + match[0].length;
    if (match[1] === "/") {
      if (open.pop() !== match[2]) throw new Error(`</${match[2]}> closes something else`);
    } else {
      seen.push(match[2]!);
      if (match[4] !== "/") open.push(match[2]!);
    }
  }
  if (open.length > 0) throw new Error(`${open.at(-1)} is never closed`);
  return seen;
};

test("the picture is well-formed and has a card for each automaton and a line for each wire", (t) => {
  const svg = toSvg({ ...graph, system: '<"shop"> & co' });
  const seen = elements(svg);
  t.is(seen.filter((name) => name === "g").length, 3 + 1);
  t.is([...svg.matchAll(/class="wire request"/g)].length, 2);
  t.is([...svg.matchAll(/class="wire message"/g)].length, 1);
  t.is([...svg.matchAll(/class="wire in"/g)].length, 1);
  t.true(svg.includes("<title>&lt;&quot;shop&quot;&gt; &amp; co</title>"));
});

test("a system with nothing in it has a picture, too", (t) => {
  t.is(elements(toSvg(graphOf("none", [])))[0], "svg");
});

test("pictures of one system are equal", (t) => {
  t.is(toSvg(graph), toSvg(graphOf("shop", [...resources].reverse())));
});

test("names stand in the order in which people count", (t) => {
  const all = ["s10", "s2", "s1"].map((name) => instance(name, 0));
  t.deepEqual(
    graphOf("shop", all).automata.map(({ name }) => name),
    ["s1", "s2", "s10"],
  );
});

test("ports of the host that follow each other are shown from the first to the last", (t) => {
  const range = resources.map((one) => (one.kind === "publication" ? { ...one, last: 8090 } : one));
  for (const drawn of [
    toDot(graphOf("shop", range)),
    toMermaid(graphOf("shop", range)),
    toSvg(graphOf("shop", range)),
  ])
    t.regex(drawn, /host tcp 8080 to 8090/);
});
