/** The screen in a real terminal, over a system of the memory base case. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import anyTest from "ava";
import { freshName } from "../../fresh.ts";
import { binary, folder } from "../binary.ts";
import { start } from "../running.ts";
import { hasTmux, Tmux } from "../tmux.ts";

const test = hasTmux ? anyTest.serial : anyTest.serial.skip;

const text = (system: string): string => `automaton api {
  provides web: mu t. &{ get: ?String . !String . t, quit: end } on tcp 8080
  instances 2
}
automaton idle {
  provides web: mu t. &{ get: ?String . !String . t, quit: end } on tcp 8080
  instances 0
}
system ${system} = [api, idle]
`;

const has = (part: string) => (lines: readonly string[]) => lines.some((line) => line.includes(part));

test("one moves in the list, looks closer, scales, edits, and leaves", async (t) => {
  const cwd = folder(t);
  const system = freshName();
  const file = join(cwd, "main.arch");
  writeFileSync(file, text(system));
  const editor = join(cwd, "editor.sh");
  writeFileSync(editor, `#!/bin/sh\nsed -i 's/instances 3/instances 4/' "$1"\n`, { mode: 0o755 });
  const { NO_COLOR: _, ...rest } = process.env;
  const env = { ...rest, ARCHITECT_RUNTIME_DIR: join(cwd, "runtime"), VISUAL: editor };
  const running = start(t, ["run", file, "--base", "memory"], cwd, {
    ARCHITECT_RUNTIME_DIR: join(cwd, "runtime"),
  });
  await running.says("Ctrl-C stops");
  const command = `'${process.execPath}' '${binary}' status --watch; echo left with $?; sleep 1000`;
  const screen = new Tmux(t, command, { cwd, env, columns: 80, rows: 20 });
  await screen.shows("the list", has(`${system} converged`));
  await screen.shows("the chosen automaton", has(">  api"));
  t.true(has("2/2")(await screen.lines()));

  await screen.presses("j");
  await screen.shows("the next one", has(">  idle"));
  await screen.presses("k", "x");
  await screen.shows("why it is as it is", has("is written in 1 place"));
  await screen.presses("q", "e");
  await screen.shows("what happened", has("starts"));
  await screen.presses("q", "?");
  await screen.shows("the keys", has("Keys of the list"));
  await screen.presses("Escape");
  await screen.shows("the list again", has("0/0"));

  await screen.presses("s", "3", "Enter");
  await screen.shows("what came of it", has("api is scaled to 3: applied"));
  await screen.shows("three of them", has("3/3"));
  t.true(readFileSync(file, "utf8").includes("instances 3\n"));

  await screen.presses("t");
  await screen.shows("what the editor wrote", has("4/4"));

  await screen.presses("/", "a", "p", "Enter");
  await screen.shows("what the filter lets through", has("/ap  l logs"));
  writeFileSync(editor, "#!/bin/sh\n", { mode: 0o755 });
  await screen.presses("t");
  await screen.shows("that nothing was changed", has("/ap  main.arch is unchanged"));
  t.false(has("applied")(await screen.lines()));
  await screen.shows("the keys again, without one pressed", has("/ap  l logs"));
  await screen.presses("Escape");
  await screen.shows("all of them", has("idle"));

  writeFileSync(editor, `#!/bin/sh\necho 'automaton' >> "$1"\n`, { mode: 0o755 });
  await screen.presses("t");
  await screen.shows("that it has errors", has("not applied: "));
  t.true(has("4/4")(await screen.lines()), "what was there goes on");

  await screen.presses("/", "i", "d", "Enter");
  await screen.shows("one of two", (lines) => has(">  idle")(lines) && !has("api")(lines));
  await screen.presses("Escape");
  await screen.resizes(40, 8);
  await screen.shows("the list in a small terminal", (lines) => has(">  ")(lines) && has("api")(lines));
  await screen.presses("q");
  await screen.shows("that it was left", has("left with 0"));
});

test("a system that goes away ends the screen, which says so", async (t) => {
  const cwd = folder(t);
  const system = freshName();
  const file = join(cwd, "main.arch");
  writeFileSync(file, text(system));
  const env = { ...process.env, ARCHITECT_RUNTIME_DIR: join(cwd, "runtime") };
  const running = start(t, ["run", file, "--base", "memory"], cwd, {
    ARCHITECT_RUNTIME_DIR: join(cwd, "runtime"),
  });
  await running.says("Ctrl-C stops");
  const command = `'${process.execPath}' '${binary}' status --watch; echo left with $?; sleep 1000`;
  const screen = new Tmux(t, command, { cwd, env, columns: 80, rows: 20 });
  await screen.shows("the list", has(`${system} converged`));
  running.child.kill("SIGINT");
  await running.ended;
  await screen.shows("that it is gone", has(`${system} is gone`));
  await t.notThrowsAsync(screen.shows("that it failed", has("left with 1")));
});
