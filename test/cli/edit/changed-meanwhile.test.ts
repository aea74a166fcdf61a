/** Edits of a text that somebody else changes while they are looked for: what is wanted is tried on the text as it is then. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { architect, folder, type Ran } from "../binary.ts";

const text = (instances: number, comment = ""): string =>
  `automaton cart { instances ${instances} }${comment}\nsystem shop = [cart]\n`;

/**
 * Edits shop.arch, of which another text is saved in the middle, after it was read: the command then asks whether an
 * orchestrator runs the system, and what answers here saves the next of `texts` and hangs up. How often, and what came.
 */
const editWhile = async (
  t: ExecutionContext,
  goal: string,
  texts: readonly string[],
): Promise<Ran & { readonly text: string; readonly asked: number }> => {
  const cwd = folder(t, { "shop.arch": text(2) });
  const file = join(cwd, "shop.arch");
  const run = join(cwd, "run");
  for (const directory of [run, join(run, "shop")]) mkdirSync(directory, { mode: 0o700 });
  let asked = 0;
  const server = createServer((socket) => {
    const next = texts[Math.min(asked, texts.length - 1)];
    asked++;
    if (next !== undefined) writeFileSync(file, next.replace("ROUND", String(asked)));
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(join(run, "shop", "control"), resolve));
  t.teardown(() => server.close());
  const env = { XDG_STATE_HOME: join(cwd, "state"), ARCHITECT_RUNTIME_DIR: run };
  const ran = await architect(["edit", "shop.arch", goal], { cwd, env });
  return { ...ran, text: readFileSync(file, "utf8"), asked };
};

test("a goal is reached in the text that was saved meanwhile, of which nothing is lost", async (t) => {
  const { code, err, text: after, asked } = await editWhile(t, "scale cart 5", [text(3, " -- saved")]);
  t.deepEqual([code, err], [0, ""]);
  t.is(after, text(5, " -- saved"));
  t.is(asked, 2, "it was looked for twice");
});

test("where the text that was saved meanwhile reaches the goal, nothing is written", async (t) => {
  const ran = await editWhile(t, "scale cart 5", [text(5, " -- saved")]);
  t.deepEqual([ran.code, ran.out, ran.err], [0, "it is so already: scale cart 5\n", ""]);
  t.is(ran.text, text(5, " -- saved"));
});

test("where the text that was saved meanwhile is wrong, it is said, and stays", async (t) => {
  const ran = await editWhile(t, "scale cart 5", ["automaton cart { instances }\n"]);
  t.is(ran.code, 1);
  t.regex(ran.err, /error\[syntax\]/);
  t.is(ran.text, "automaton cart { instances }\n");
});

test("a text that changes each time is left, with a hint", async (t) => {
  const ran = await editWhile(t, "scale cart 5", [text(2, " -- ROUND")]);
  t.deepEqual([ran.code, ran.asked], [1, 3]);
  t.regex(ran.err, /shop\.arch changes all the time[\s\S]*try again when it is saved/);
  t.is(ran.text, text(2, " -- 3"));
});
