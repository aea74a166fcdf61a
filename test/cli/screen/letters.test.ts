/** Whether every letter is on the screen, in terminals of several widths. */
import anyTest from "ava";
import { architect, binary, folder } from "../binary.ts";
import { start, systemOf } from "../running.ts";
import { hasTmux, Tmux } from "../tmux.ts";

// Needs root: runs a program in a network namespace.
const kernel = process.getuid?.() === 0 && hasTmux ? anyTest.serial : anyTest.serial.skip;

/** `000102…`: no letter of it can be lost unseen. */
const long = Array.from({ length: 180 }, (_, i) => (i + 36).toString(36)).join("");

kernel("every letter of a wide line of a log or an event is shown, at any width", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, {
    "print.sh": `echo ${long}; printf '\\033[31mred%s\\033[0m\\n' ${long}; exec sleep 1000`,
    "main.arch": `let note = input("note", "")
automaton api {
  runs exec ["sh", "print.sh"]
  env { NOTE = note }
}
system ${system} = [api]
`,
  });
  t.teardown(() => architect(["down", system]));
  const running = start(t, ["run", "main.arch"], cwd);
  await running.says("Ctrl-C stops");
  t.is((await architect(["set", `note=${long}`, "--system", system], { cwd })).code, 0);
  const { NO_COLOR: _, ...env } = process.env;
  const command = `'${process.execPath}' '${binary}' status ${system} --watch`;
  for (const columns of [80, 79, 120]) {
    const screen = new Tmux(t, command, { cwd, env, columns, rows: 40 });
    await screen.shows("the list", (lines) => lines.some((line) => line.startsWith(">  api")));
    await screen.presses("l");
    await screen.shows("a line of the log", (lines) => lines.join("").includes(long));
    await screen.shows("one with a colour", (lines) => lines.join("").includes(`red${long}`));
    t.is((await screen.lines())[1]!.length, columns, "a row is used to its end");
    await screen.presses("q", "e");
    await screen.shows("an event", (lines) =>
      lines
        .map((line) => line.trim())
        .join("")
        .includes(long),
    );
    await screen.presses("q", "q");
  }
});
