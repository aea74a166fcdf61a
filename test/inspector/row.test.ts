import test from "ava";
import { matcher, type Order, type Row, rowOf, sorted } from "../../src/inspector/row.ts";
import type { AutomatonStatus, InstanceState } from "../../src/live/control/status.ts";

const automaton = (
  name: string,
  states: readonly InstanceState[],
  more: Partial<AutomatonStatus> = {},
): AutomatonStatus => ({
  name,
  instances: states.map((state, index) => ({
    ...{ index, netns: `${name}.${index}`, addresses: [], pid: null, state, restarts: index },
    reason: state === "ready" || state === "done" ? null : `it is ${state}`,
  })),
  services: [{ port: "api", protocol: "Rpc", transport: "tcp", number: 9000, vips: [] }],
  ...more,
});

test("a line tells the worst of its instances, and why", (t) => {
  t.like(rowOf(automaton("a", ["ready", "backoff", "starting"])), {
    ...{ name: "a", state: "backoff", ready: 1, count: 3, restarts: 3, reason: "it is backoff" },
    protocols: ["Rpc"],
  });
  t.like(rowOf(automaton("a", ["ready", "done"])), { state: "done", ready: 2, reason: "" });
  t.like(rowOf(automaton("a", [])), { state: "none", ready: 0, count: 0 });
  const service = {
    port: "x",
    protocol: "Db",
    transport: "tcp",
    number: 1,
    vips: [],
    reason: "no such host",
  } as const;
  t.like(rowOf(automaton("a", [], { external: true, services: [service] })), {
    ...{ state: "elsewhere", reason: "no such host" },
  });
  t.is(
    rowOf(automaton("a", [], { observed: { connections: 12_345, cpu: 0.257 } })).load,
    "connections 12k, cpu 0.26",
  );
});

const rows: readonly Row[] = [
  rowOf(automaton("s10", ["ready"], { observed: { connections: 5 } })),
  rowOf(automaton("s2", ["backoff", "ready"])),
  rowOf(automaton("cart", ["starting"], { services: [], observed: { connections: 9 } })),
];
const names = (all: readonly Row[]): string => all.map(({ name }) => name).join(" ");

test("lines stand in the order that is asked for, else by name as people count", (t) => {
  const of = (order: Order): string => names(sorted(rows, order));
  t.deepEqual(
    [of("name"), of("state"), of("load"), of("restarts")],
    [...["cart s2 s10", "s2 cart s10", "cart s10 s2", "s2 cart s10"]],
  );
});

test("a search means names, states, reasons and protocols, or one of them", (t) => {
  const found = (query: string): string => names(rows.filter(matcher(query)));
  t.is(found(""), "s10 s2 cart");
  t.is(found("S1"), "s10");
  t.is(found("rpc"), "s10 s2");
  t.is(found("protocol:rp state:back"), "s2");
  t.is(found("state:ready"), "s10");
  t.is(found("name:rpc"), "");
  t.is(found("it is starting"), "cart");
});
