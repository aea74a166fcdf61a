import test from "ava";
import { EventFeed } from "../../../src/cli/render/event-feed.ts";
import type { LiveEvent } from "../../../src/live/control/messages.ts";

const heard = (
  live: boolean,
  room = () => 60,
): { readonly feed: EventFeed; readonly taken: () => string } => {
  let written = "";
  const feed = new EventFeed({
    write: (text) => {
      written += text;
    },
    live,
    colour: false,
    columns: () => (live ? room() : null),
  });
  return {
    feed,
    taken: () => {
      const all = written;
      written = "";
      return all;
    },
  };
};

const at = (seconds: number): string => new Date(2026, 0, 2, 3, 4, seconds).toISOString();

const exit = (seconds: number, code = 3, log: readonly string[] = ["a", "b"]): LiveEvent => ({
  time: at(seconds),
  event: "exit",
  automaton: "api",
  text: `api.0 exited with ${code}`,
  causes: [],
  index: 0,
  log,
});

const restarted = (seconds: number, code = 3): LiveEvent => ({
  time: at(seconds),
  event: "restarted",
  automaton: "api",
  text: "api.0 is restarted: 1 operation (+1) in 9.1 ms",
  causes: [`api.0 exited with ${code}`],
});

const first = `03:04:05 exit      api.0 exited with 3
                   | a
                   | b
                   hint: architect logs api.0
`;

test("under the first end stand the last lines of its log, and where the rest is", (t) => {
  const { feed, taken } = heard(false);
  feed.print(exit(5));
  t.is(taken(), first);
  feed.print(restarted(5));
  t.regex(taken(), /restarted/);
});

test("the end of each run by the clock is told in full, and its retries as one", (t) => {
  const { feed, taken } = heard(false);
  const scheduled = (seconds: number): LiveEvent => ({
    time: at(seconds),
    event: "scheduled",
    automaton: "api",
    text: "api runs by its schedule",
    causes: [],
  });
  for (const seconds of [5, 50]) {
    feed.print(scheduled(seconds));
    taken();
    feed.print(exit(seconds));
    t.is(taken(), first.replace("03:04:05", `03:04:${String(seconds).padStart(2, "0")}`));
    feed.print(exit(seconds + 1));
    t.regex(taken(), /2 times/);
  }
});

test("a program that said nothing has no log to show", (t) => {
  const { feed, taken } = heard(false);
  feed.print(exit(5, 3, []));
  t.is(taken(), "03:04:05 exit      api.0 exited with 3\n");
});

test("further ends of the same kind are told when their number has doubled, and no restart", (t) => {
  const { feed, taken } = heard(false);
  feed.print(exit(5));
  taken();
  for (let count = 2; count <= 9; count++) {
    feed.print(exit(4 + count));
    feed.print(restarted(4 + count));
  }
  t.is(
    taken(),
    [
      "03:04:06 exit      api.0 exited with 3, 2 times\n",
      "03:04:08 exit      api.0 exited with 3, 4 times\n",
      "03:04:12 exit      api.0 exited with 3, 8 times\n",
    ].join(""),
  );
});

test("another end, and one that comes much later, is told in full", (t) => {
  const { feed, taken } = heard(false);
  feed.print(exit(5));
  taken();
  feed.print(exit(6, 4));
  t.regex(taken(), /exited with 4\n +\| a/);
  feed.print({ ...exit(6, 4), time: new Date(2026, 0, 2, 3, 6, 6).toISOString() });
  t.regex(taken(), /exited with 4\n +\| a/);
});

test("on a terminal the line is written anew, unless something else stands below it", (t) => {
  const { feed, taken } = heard(true);
  feed.print(exit(5));
  feed.print(exit(6));
  taken();
  feed.print(exit(7));
  t.is(taken(), "\u001b[1A\r\u001b[J03:04:07 exit      api.0 exited with 3, 3 times\n");
  feed.interrupt();
  feed.print(exit(8));
  t.is(taken(), "03:04:08 exit      api.0 exited with 3, 4 times\n");
});

test("an end that takes several rows is broken at blanks, and all of them are written anew", (t) => {
  const { feed, taken } = heard(true);
  const long = (seconds: number): LiveEvent => ({
    ...exit(seconds),
    text: "api.0 exited with 0, and left redis-server running in the background",
  });
  feed.print(long(5));
  feed.print(long(6));
  const again = taken();
  t.true(
    again.endsWith(`03:04:06 exit      api.0 exited with 0, and left
                   redis-server running in the background, 2
                   times
`),
    again,
  );
  feed.print(long(7));
  t.true(taken().startsWith("\u001b[3A\r\u001b[J03:04:07"));
});

test("long lines go on in the next row, so many rows at most, and cannot drive the terminal", (t) => {
  const { feed, taken } = heard(true);
  const words = Array.from({ length: 20 }, (_, i) => `word${i}`).join(" ");
  feed.print(exit(5, 3, ["\u001b[2J", "x".repeat(100), words, "y".repeat(1_000)]));
  const rows = taken().split("\n").slice(1, -2);
  const of = (text: string): string => `                   | ${text}`;
  t.deepEqual(rows.slice(0, 4), [
    of("\\u{1b}[2J"),
    of("x".repeat(39)),
    of("x".repeat(39)),
    of("x".repeat(22)),
  ]);
  t.is(
    rows
      .slice(4, -6)
      .map((row) => row.slice(of("").length))
      .join(""),
    words,
  );
  t.deepEqual(rows.slice(-6), [...Array<string>(5).fill(of("y".repeat(39))), of(`${"y".repeat(38)}…`)]);
});

test("in a terminal that has become narrower no line is drawn anew: nobody knows how many rows it takes there", (t) => {
  let columns = 60;
  const { feed, taken } = heard(true, () => columns);
  feed.print(exit(5));
  feed.print(exit(6));
  taken();
  columns = 40;
  feed.print(exit(7));
  t.is(taken(), "03:04:07 exit      api.0 exited with 3,\n                   3 times\n");
  feed.print(exit(8));
  t.is(taken(), "\u001b[2A\r\u001b[J03:04:08 exit      api.0 exited with 3,\n                   4 times\n");
});
