import test from "ava";
import { harmless, prefixes } from "../../../src/cli/render/log.ts";

test("colours of a log pass, what could drive the terminal does not", (t) => {
  t.is(harmless("\x1b[31mred\x1b[0m and\tplain"), "\x1b[31mred\x1b[0m and\tplain");
  t.is(harmless("\x1b]0;title\x07\x1b[2Jgone"), "␛]0;title␇␛[2Jgone");
});

test("prefixes are of one width, and each has a hue of its own", (t) => {
  t.deepEqual([...prefixes(["cart.0", "catalogue.1"], false).values()], ["cart.0      | ", "catalogue.1 | "]);
  const painted = [...prefixes(["a", "b"], true).values()];
  t.is(new Set(painted.map((each) => each.slice(0, 5))).size, 2);
});
