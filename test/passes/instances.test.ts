/** How many instances there are, what is called like them, and which of them take connections. */
import test from "ava";
import { Asked } from "./asked.ts";

const textOf = (clauses: string): string => `
  protocol P = ?Int . !Int
  automaton store { provides kv: P on tcp 6379 ${clauses} }
  automaton user { requires kv: P }
  system s = user => store`;

test("of what is asked for and what is held, the more", (t) => {
  const rows: readonly (readonly [asked: string, held: number | undefined, count: number])[] = [
    ["", undefined, 1],
    ["instances 0", undefined, 0],
    ["instances 3", undefined, 3],
    ["instances 3", 2, 3],
    ["instances 2", 3, 3],
    ["instances 0", 1, 1],
    ["", 1, 1],
  ];
  for (const [clauses, held, count] of rows) {
    const asked = new Asked(textOf(clauses));
    asked.hold("store", held);
    t.is(asked.count("instance"), count + 1, `${clauses}, ${held} held`);
    asked.hold("store", undefined);
    t.is(asked.count("instance"), new Asked(textOf(clauses)).count("instance"), "held no more");
  }
});

test("an instance that is not ready is no endpoint, and has its namespace", (t) => {
  const asked = new Asked(textOf("instances 3"));
  const endpoints = (): readonly string[] =>
    asked.get("service", "store.kv").endpoints.map(({ instance }) => instance);
  t.deepEqual(endpoints(), ["instance/store/0", "instance/store/1", "instance/store/2"]);
  asked.ready("store", 1, false);
  t.deepEqual(endpoints(), ["instance/store/0", "instance/store/2"]);
  asked.ready("store", 0, false);
  asked.ready("store", 2, false);
  t.deepEqual(endpoints(), []);
  t.is(asked.count("instance"), 4);
  asked.ready("store", 1, true);
  t.deepEqual(endpoints(), ["instance/store/1"]);
  asked.ready("user", 0, false);
  t.deepEqual(endpoints(), ["instance/store/1"], "another's is no matter");
});

test("a union has the ready endpoints of all that are in it, each at its own port", (t) => {
  const asked = new Asked(`
    protocol P = ?Int . !Int
    automaton a { provides kv: P on tcp 2 instances 2 }
    automaton b { provides kv: P on tcp 1 }
    automaton user { requires kv: P }
    system s = user => b | a`);
  const service = asked.get("service", "a.kv|b.kv");
  const told = () =>
    asked.get("service", "a.kv|b.kv").endpoints.map(({ instance, number }) => `${instance} ${number}`);
  t.deepEqual([service.number, service.automaton], [1, "a"]);
  t.deepEqual(told(), ["instance/a/0 2", "instance/a/1 2", "instance/b/0 1"]);
  asked.ready("a", 0, false);
  t.deepEqual(told(), ["instance/a/1 2", "instance/b/0 1"]);
});

test("instances are called by system, host name and index, from 0", (t) => {
  const asked = new Asked("automaton Cart_EU { instances 2 }\nsystem shop = [Cart_EU]");
  t.deepEqual(
    [0, 1].map((index) => asked.get("instance", `Cart_EU/${index}`).netns),
    ["shop.cart-eu.0", "shop.cart-eu.1"],
  );
});
