import test from "ava";
import { fillColoured } from "../../../src/cli/render/text.ts";
import { theme } from "../../../src/cli/render/theme.ts";
import { draw } from "../../../src/cli/screen/draw.ts";
import { begin, type ScreenState } from "../../../src/cli/screen/state.ts";
import { help } from "../../../src/cli/screen/views.ts";
import { automaton, pressed, status } from "./scene.ts";

const shop = [
  status(
    [
      automaton("api", ["ready", "backoff"], { restarts: 2 }),
      automaton("web", ["ready"], { observed: { cpu: 0.25, connections: 7 } }),
    ],
    { state: "degraded", problems: ["api.1 is backoff: exited with 1"] },
  ),
];

const drawn = (keys: string, columns: number, rows: number): readonly string[] =>
  draw(pressed(shop, keys, rows - 3).state, { columns, rows }, theme(false)).map((line) => line.trimEnd());

test("the list shows what is asked for and what is ready, load, restarts, and why not", (t) => {
  t.deepEqual(drawn("j", 100, 7), [
    "shop degraded (2 automata)  ! api.1 is backoff: exited with 1",
    "   AUTOMATON  STATE    READY  RESTARTS   CPU  CONNECTIONS  REASON",
    "   api        backoff    1/2         4     -            -  exited with 1",
    ">  web        ready      1/1         0  0.25            7",
    "",
    "",
    "l logs  e events  x explain  s scale  r restart  t text  / filter  o order  ? help  q quit",
  ]);
});

test("there are as many lines as rows, and none is wider than the terminal", (t) => {
  for (const [columns, rows] of [
    [120, 40],
    [80, 24],
    [40, 5],
    [30, 3],
  ] as const) {
    const lines = drawn("", columns, rows);
    t.is(lines.length, rows);
    for (const line of lines) t.true(line.length <= columns, `${columns}: ${line}`);
  }
});

test("a reason that its column has no room for stands below the list, whole", (t) => {
  const long = "listens on 127.0.0.1:9000 only, and nobody who is wired to it reaches that from elsewhere";
  const bad = automaton("api", ["backoff"]);
  const at = status([{ ...bad, instances: bad.instances.map((one) => ({ ...one, reason: long })) }]);
  const lines = draw(begin([at]), { columns: 80, rows: 10 }, theme(false));
  t.is(lines.length, 10);
  t.is(lines.slice(7, 9).join(" "), `api.0 is backoff: ${long}`);
  t.regex(lines[2]!, / {2}0 {2}listens on 127\.0\.0\.1:9000 only, and[^…]*…$/);
  for (const line of lines) t.true(line.length <= 80, line);
});

test("which of several instances is not ready stands below the list", (t) => {
  const lines = drawn("", 80, 10);
  t.regex(lines[2]!, /^> {2}api .* {2}exited with 1$/);
  t.is(lines[8], "api.1 is backoff: exited with 1");
});

test("at 80 columns there is room for a reason beside what is measured", (t) => {
  const long = "connects to 10.0.0.1:5432 in vain";
  const bad = automaton("worker_pool", ["backoff"], { observed: { cpu: 0.5, connections: 3 } });
  const at = status([{ ...bad, instances: bad.instances.map((one) => ({ ...one, reason: long })) }]);
  const [, title = "", row = ""] = draw(begin([at]), { columns: 80, rows: 10 }, theme(false));
  t.true(title.includes("CPU") && !title.includes("CONNECTIONS"), title);
  t.regex(row, / {2}connects to 10\.0\.0\.1[^…]*…$/);
});

test("what is measured of nothing has no column, and what runs elsewhere no instances to be ready", (t) => {
  const external = { ...automaton("mail", []), external: true as const };
  const [, title, row] = draw(begin([status([external])]), { columns: 80, rows: 10 }, theme(false));
  t.is(title, "   AUTOMATON  STATE      READY  RESTARTS  REASON");
  t.is(row, ">  mail       elsewhere      -         0");
});

test("the keys that tell of the others and lead out are shown beside a filter", (t) => {
  for (const keys of ["", "/ a p p p p p p p p p p p p p p p p p p p p p p p p p p p p <return>", "o o"]) {
    const foot = drawn(keys, 80, 10).at(-1)!;
    t.true(foot.endsWith("  ? help  q quit"), foot);
    t.true(foot.length <= 80, foot);
  }
});

test("the page of keys fits the terminal", (t) => {
  for (const room of [80, 40]) for (const line of help(room)) t.true(line.length <= room, line);
});

test("what a key does goes on below its beginning", (t) => {
  const lines = help(80);
  const scaling = lines.findIndex((line) => line.startsWith("  s                   scale: "));
  t.is(lines[scaling + 1], `${" ".repeat(22)}many instances`);
});

test("lines of logs go on in the next row, with their colours", (t) => {
  t.deepEqual(fillColoured("abcdef", 4), ["abcd", "ef"]);
  t.deepEqual(fillColoured("a\u001b[31mbcd\u001b[0mef", 3), [
    "a\u001b[31mbc\u001b[0m",
    "\u001b[31md\u001b[0mef",
  ]);
  t.deepEqual(fillColoured("", 4), [""]);
});

test("of many rows those around the chosen one are shown", (t) => {
  const many = [status(Array.from({ length: 100 }, (_, i) => automaton(`a${i}`, ["ready"])))];
  const { state } = pressed(many, "G k k", 7);
  const lines = draw(state, { columns: 80, rows: 10 }, theme(false));
  t.is(lines.filter((line) => line.startsWith(">")).length, 1);
  t.regex(lines.find((line) => line.startsWith(">"))!, /a97/);
  t.true(lines.some((line) => line.includes("a99")));
});

test("what is written, what is said, and what is waited for stand in the last line", (t) => {
  t.is(drawn("/ a p", 80, 6).at(-1), "/ap");
  t.is(drawn("s 1 2", 80, 6).at(-1), "instances of api: 12");
  t.is(drawn("s x <return>", 80, 6).at(-1), "not a number: x");
  const busy = { ...begin(shop), busy: "scale api to 3" };
  t.is(draw(busy, { columns: 80, rows: 6 }, theme(false)).at(-1), "scale api to 3 …");
  t.true(drawn("o o", 120, 6).at(-1)?.startsWith("by load  "));
  t.true(drawn("/ n o n e <return>", 80, 6).includes("nothing matches none"));
});

test("what was said, and what is waited for, stand beside the filter", (t) => {
  const state = { ...pressed(shop, "/ a p <return>").state, notice: "shop.arch is unchanged" };
  const foot = (of: ScreenState, columns: number) => draw(of, { columns, rows: 6 }, theme(false)).at(-1);
  t.is(foot(state, 80), "/ap  shop.arch is unchanged");
  t.is(foot({ ...state, busy: "restart api" }, 80), "/ap  restart api …");
  t.is(foot(state, 20), "/ap  shop.arch is u…");
  t.is(foot({ ...state, view: { title: "", lines: [], below: 0 } }, 80), "shop.arch is unchanged");
});

test("a view shows its last lines, or those that were moved to", (t) => {
  const view = { title: "logs of api", lines: ["1", "2", "3", "4", "5"], below: 0 };
  const lines = (below: number): readonly string[] =>
    draw({ ...begin(shop), view: { ...view, below } }, { columns: 80, rows: 5 }, theme(false)).slice(0, 4);
  t.deepEqual(lines(0), ["logs of api", "3", "4", "5"]);
  t.deepEqual(lines(1), ["logs of api", "2", "3", "4"]);
  t.deepEqual(lines(5), ["logs of api", "1", "2", "3"]);
});
