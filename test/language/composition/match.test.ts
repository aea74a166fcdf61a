/** Of several pairs that do not fit, which is told. */
import test from "ava";
import { arrow } from "../../../src/language/composition/algebra.ts";
import type { Value } from "../../../src/language/value.ts";
import { automaton, site } from "./graphs.ts";

const told = (x: Value, y: Value): string => {
  const { problems } = arrow("=>", x, y, site(50));
  return problems.map(({ code, message }) => `${code}: ${message.split(":")[0]}`).join("; ");
};

test("of two that part at the same step, the like-named", (t) => {
  const user = automaton("user", {}, { any: "Q", kv: "Log" });
  t.is(told(user, automaton("store", { kv: "P" })), "protocol-mismatch: user.kv does not fit store.kv");
  const asking = automaton("asking", {}, { kv: "P" });
  const two = automaton("two", { a: "Q", kv: "Log" });
  t.is(told(asking, two), "protocol-mismatch: asking.kv does not fit two.kv");
});

test("the like-named too, where another goes along further", (t) => {
  const user = automaton("user", {}, { kv: "P", other: "Late" });
  t.is(told(user, automaton("store", { kv: "Q" })), "protocol-mismatch: user.kv does not fit store.kv");
  t.is(
    told(automaton("user", {}, { other: "Late", store: "P" }), automaton("store", { x: "Q" })),
    "protocol-mismatch: user.store does not fit store.x",
    "a requirement called like the provider",
  );
});

test("of none that is like-named, the one that parts last", (t) => {
  const user = automaton("user", {}, { a: "P", b: "Late" });
  t.is(told(user, automaton("store", { x: "Q" })), "protocol-mismatch: user.b does not fit store.x");
});
