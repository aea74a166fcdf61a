import test from "ava";
import { begin, chosenRow, extended, type ScreenState } from "../../../src/cli/screen/state.ts";
import { automaton, pressed, status } from "./scene.ts";

const shop = [status(["a", "b", "c", "d"].map((name) => automaton(name, ["ready"])))];

const chosen = (keys: string, page?: number): string | undefined =>
  chosenRow(pressed(shop, keys, page).state)?.automaton;

test("keys move the choice, and not beyond the ends", (t) => {
  t.is(chosen(""), "a");
  t.is(chosen("j j"), "c");
  t.is(chosen("<down> <down> <up>"), "b");
  t.is(chosen("j j j j j j k"), "c");
  t.is(chosen("k k"), "a");
  t.is(chosen("G"), "d");
  t.is(chosen("G g"), "a");
  t.is(chosen("<pagedown>", 2), "c");
});

test("a choice stays with its automaton when others come and go", (t) => {
  const { state } = pressed(shop, "j j");
  const fewer = [status(["c", "d"].map((name) => automaton(name, ["ready"])))];
  t.is(chosenRow({ ...state, statuses: fewer })?.automaton, "c");
  t.is(chosenRow({ ...state, statuses: [status([automaton("d", ["ready"])])] })?.automaton, "d");
  t.is(chosenRow({ ...state, statuses: [status([])] }), null);
});

test("a filter counts while it is written; escape takes it back", (t) => {
  t.is(pressed(shop, "/ q").state.filter, "q");
  t.is(chosen("/ c <return>"), "c");
  t.is(pressed(shop, "/ c <return> <escape>").state.filter, "");
  t.is(pressed(shop, "/ c d <backspace>").state.filter, "c");
  t.is(pressed(shop, "/ c <escape>").state.filter, "");
  t.is(pressed(shop, "/ q").request, null, "letters are of the filter, and no keys");
});

test("keys ask for what they stand for, of the automaton that is chosen", (t) => {
  for (const [key, _tag] of [
    ["l", "Logs"],
    ["<return>", "Logs"],
    ["e", "Events"],
    ["x", "Explain"],
    ["t", "Edit"],
  ] as const)
    t.like(pressed(shop, `j ${key}`).request, { _tag, of: { system: "shop", automaton: "b" } }, key);
  t.deepEqual(pressed(shop, "q").request, { _tag: "Quit" });
  t.deepEqual(pressed(shop, "/ <interrupt>").request, { _tag: "Quit" }, "Ctrl-C leaves from everywhere");
  t.is(pressed([status([])], "l").request, null, "nothing is chosen");
});

test("a restart is asked for, and then confirmed", (t) => {
  t.like(pressed(shop, "j r y <return>").request, { _tag: "Restart", of: { automaton: "b" } });
  t.is(pressed(shop, "j r <return>").request, null);
  t.is(pressed(shop, "j r n <return>").request, null);
  // What comes in front meanwhile is not what was meant.
  const asked = pressed(shop, "r").state;
  const more = [status(["0", "a", "b"].map((name) => automaton(name, ["ready"])))];
  const answered = pressed({ ...asked, chosen: null, statuses: more }, "y <return>");
  t.like(answered.request, { _tag: "Restart", of: { automaton: "a" } });
});

test("scaling asks for a number, and for a choice where there are several", (t) => {
  const asked = pressed(shop, "j s 1 2 <return>");
  t.like(asked.request, { _tag: "Scale", of: { automaton: "b" }, instances: "12", choice: null });
  t.is(asked.state.prompt, null);
  t.is(pressed(shop, "s x <return>").request, null);
  t.is(pressed(shop, "s x <return>").state.notice, "not a number: x");
  t.is(pressed(shop, "s <return>").request, null);
  const choosing: ScreenState = {
    ...begin(shop),
    view: { title: "which one?", lines: ["1. this", "2. that"], below: 0 },
    prompt: { what: "choose", text: "", of: { system: "shop", automaton: "b" }, instances: "7" },
  };
  const answered = pressed(choosing, "2 <return>");
  t.like(answered.request, { _tag: "Scale", of: { automaton: "b" }, instances: "7", choice: 2 });
  t.is(answered.state.view, null);
  t.is(pressed(choosing, "<escape>").state.view, null);
});

test("a view is moved in, and closed", (t) => {
  const lines = Array.from({ length: 20 }, (_, i) => `${i}`);
  const open: ScreenState = { ...begin(shop), view: { title: "log", lines, below: 0 } };
  const below = (keys: string): number | undefined => pressed(open, keys, 5).state.view?.below;
  t.is(below("k k"), 2);
  t.is(below("k k j j j"), 0);
  t.is(below("g"), 15, "no further than the first line on top");
  t.is(below("g G"), 0);
  t.deepEqual(pressed(open, "q").request, { _tag: "Closed" });
  t.is(pressed(open, "q").state.view, null);
});

test("lines that come leave what is looked at where it is; the oldest go", (t) => {
  const view = { title: "log", lines: ["1", "2", "3"], below: 0 };
  t.is(extended(view, ["4", "5"], 10).below, 0, "at the end the end is shown");
  t.is(extended({ ...view, below: 1 }, ["4", "5"], 10).below, 3);
  t.deepEqual(extended(view, ["4", "5"], 3).lines, ["3", "4", "5"]);
});

test("while something is done, only leaving is possible", (t) => {
  const busy: ScreenState = { ...begin(shop), busy: "scale a to 3" };
  t.is(pressed(busy, "l").request, null);
  t.deepEqual(pressed(busy, "<interrupt>").request, { _tag: "Quit" });
});
