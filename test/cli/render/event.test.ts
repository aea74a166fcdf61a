import test from "ava";
import { renderEvent } from "../../../src/cli/render/event.ts";
import { theme } from "../../../src/cli/render/theme.ts";

const event = {
  time: new Date(2026, 0, 2, 3, 4, 5).toISOString(),
  event: "scaled",
  automaton: "cart",
  text: "cart scales 1 → 3",
  causes: ["a client comes", "connections is 120"],
};

test("an event is a line: when, what, and what it came from, the nearest cause first", (t) => {
  t.is(
    renderEvent(event, null, theme(false)),
    "03:04:05 scaled    cart scales 1 → 3 ← connections is 120 ← a client comes\n",
  );
});

test("causes that do not fit stand below, cut to the terminal; the event itself is never cut", (t) => {
  t.is(
    renderEvent(event, 60, theme(false)),
    "03:04:05 scaled    cart scales 1 → 3\n                   ← connections is 120 ← a client comes\n",
  );
  t.is(
    renderEvent(event, 40, theme(false)),
    "03:04:05 scaled    cart scales 1 → 3\n                   ← connections is 120…\n",
  );
  t.is(renderEvent(event, 19, theme(false)), "03:04:05 scaled    cart scales 1 → 3\n");
});

test("where all is asked for, causes and long words are broken, and nothing is cut", (t) => {
  t.is(
    renderEvent(event, 40, theme(false), true),
    "03:04:05 scaled    cart scales 1 → 3\n                   ← connections is 120\n                   ← a client comes\n",
  );
  t.is(
    renderEvent({ ...event, text: "a".repeat(25), causes: [] }, 40, theme(false), true),
    `03:04:05 scaled    ${"a".repeat(21)}\n                   aaaa\n`,
  );
});
