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

test("causes give way to a narrow terminal, the event itself does not", (t) => {
  t.is(renderEvent(event, 50, theme(false)), "03:04:05 scaled    cart scales 1 → 3 ← connection…\n");
  t.is(renderEvent(event, 20, theme(false)), "03:04:05 scaled    cart scales 1 → 3\n");
});
