import test from "ava";
import { renderStatus } from "../../../src/cli/render/status.ts";
import { theme } from "../../../src/cli/render/theme.ts";
import type { InstanceState, InstanceStatus, Status } from "../../../src/live/control/status.ts";

const instance = (index: number, over: Partial<InstanceStatus> = {}): InstanceStatus => ({
  index,
  netns: `shop.cart.${index}`,
  addresses: [`10.1.2.${index + 1}`, `fc12:3456::${index + 1}`],
  pid: 4711 + index,
  state: "ready",
  restarts: 0,
  reason: null,
  ...over,
});

const shop: Status = {
  system: "shop",
  state: "degraded",
  problems: ["process/cart/1: exited with 1, 3 times in a row"],
  warnings: [],
  base: "netns",
  file: "/work/shop.arch",
  rejected: null,
  orchestrator: 99,
  automata: [
    {
      name: "cart",
      instances: [instance(0), instance(1, { state: "backoff", pid: null, restarts: 3 })],
      services: [
        { port: "web", protocol: "Web", transport: "tcp", number: 9000, vips: ["10.128.0.9", "fd12::9"] },
      ],
    },
    { name: "idle", instances: [], services: [] },
  ],
  wires: [
    { from: "cart.kv", to: "store.kv", kind: "request" },
    { from: "cart.log", to: "sink.log", kind: "message" },
  ],
  publications: [
    { hostPort: 8080, transport: "tcp", to: "cart.web" },
    { hostPort: 514, transport: "udp", to: "sink.log" },
  ],
};

test("a status shows state, instances, services, wires and entry points", (t) => {
  t.is(
    renderStatus(shop, false, null, theme(false)),
    `shop degraded (1 of 2 instances ready, netns, supervised by 99)
! process/cart/1: exited with 1, 3 times in a row

AUTOMATON  INSTANCE  STATE     PID  RESTARTS  IPV4      IPV6
cart       0         ready    4711         0  10.1.2.1  fc12:3456::1
           1         backoff     -         3  10.1.2.2  fc12:3456::2
idle       none

SERVICE   PORT      PROTOCOL  VIRTUAL IPV4  VIRTUAL IPV6
cart.web  tcp 9000  Web       10.128.0.9    fd12::9

WIRES
cart.kv  => store.kv
cart.log -> sink.log

cart.web is published at http://localhost:8080/
sink.log is published at localhost udp 514
`,
  );
});

test("it fits a narrow terminal: what matters least goes first", (t) => {
  for (const room of [40, 50, 60, 80]) {
    const text = renderStatus({ ...shop, problems: [] }, false, room, theme(false));
    const lines = text.split("\n");
    t.deepEqual(
      lines.filter((line) => line.length > room),
      [],
    );
    t.true(text.includes("backoff"));
  }
  t.true(
    renderStatus(shop, false, 48, theme(false)).includes(`
AUTOMATON  INSTANCE  STATE     PID  RESTARTS
`),
  );
});

test("a system with nothing in it says so", (t) => {
  const empty = {
    ...shop,
    state: "converged",
    problems: [],
    automata: [],
    wires: [],
    publications: [],
  } as const;
  t.is(
    renderStatus({ ...empty, orchestrator: null }, false, null, theme(false)),
    "shop converged (0 of 0 instances ready, netns, not supervised)\n\nThere is nothing in it.\n",
  );
});

test("of many like instances a run is one line, unless all are asked for", (t) => {
  const states = Array.from(
    { length: 20 },
    (_, index): InstanceState => (index === 7 ? "starting" : "ready"),
  );
  const many = {
    ...shop,
    automata: [
      { name: "cart", instances: states.map((state, index) => instance(index, { state })), services: [] },
    ],
  };
  const lines = renderStatus(many, false, null, theme(false)).split("\n");
  t.deepEqual(lines.filter((line) => /ready|starting/.test(line)).slice(1), [
    "cart       0 to 6    ready                  0",
    "           7         starting  4718         0  10.1.2.8  fc12:3456::8",
    "           8 to 19   ready                  0",
  ]);
  t.is(renderStatus(many, true, null, theme(false)).match(/ready /g)!.length, 19);
});

test("where nobody knows how protocols are called, there is no column for them", (t) => {
  const automata = shop.automata.map((each) => ({
    ...each,
    services: each.services.map((service) => ({ ...service, protocol: "" })),
  }));
  const text = renderStatus({ ...shop, automata, orchestrator: null }, false, null, theme(false));
  t.true(
    text.includes(
      "\nSERVICE   PORT      VIRTUAL IPV4  VIRTUAL IPV6\ncart.web  tcp 9000  10.128.0.9    fd12::9\n",
    ),
  );
});

test("instances of which one was restarted are no like ones, nor are those with one missing between them", (t) => {
  const shown = (instances: readonly InstanceStatus[]): readonly string[] =>
    renderStatus(
      { ...shop, automata: [{ name: "cart", instances, services: [] }] },
      false,
      null,
      theme(false),
    )
      .split("\n")
      .filter((line) => /^(cart|\s) .*\bready\b/.test(line))
      .map((line) => line.replace(/^cart/, "").replace(/\s+/g, " ").trim());
  const thirteen = Array.from({ length: 13 }, (_, index) => instance(index));
  t.deepEqual(shown(thirteen), ["0 to 12 ready 0"]);
  t.deepEqual(shown(thirteen.with(5, instance(5, { restarts: 2 }))), [
    "0 to 4 ready 0",
    "5 ready 4716 2 10.1.2.6 fc12:3456::6",
    "6 to 12 ready 0",
  ]);
  t.deepEqual(shown([...thirteen, instance(14)]), [
    "0 to 12 ready 0",
    "14 ready 4725 0 10.1.2.15 fc12:3456::15",
  ]);
  t.is(shown(thirteen.slice(1)).length, 12, "of twelve each is shown");
});

test("on a terminal, reasons are broken at blanks", (t) => {
  t.true(
    renderStatus(shop, false, 40, theme(false)).includes(`
! process/cart/1: exited with 1, 3 times
  in a row
`),
  );
});

test("a job that is done counts among those that are as they should be, one that failed does not", (t) => {
  const jobs = [instance(0, { state: "done", pid: null }), instance(1, { state: "failed", pid: null })];
  const automata = [{ name: "migrate", instances: jobs, services: [] }];
  t.true(renderStatus({ ...shop, automata }, false, null, theme(false)).includes("1 of 2 instances ready"));
});
