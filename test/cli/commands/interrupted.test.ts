/** Ctrl-C while `apply` or `down` is at work: what is left, and what goes on with it, is said at once and by status. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import type { Status } from "../../../src/live/control/status.ts";
import { architect, folder } from "../binary.ts";
import { type Running, start, systemOf } from "../running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + 60_000;
  while (!(await isSo())) if (performance.now() > end) throw new Error(`not within a minute: ${what}`);
};

/** How it ends of the signal; all that it said since. */
const interrupt = async ({ child, ended, printed }: Running): Promise<string> => {
  const before = printed().length;
  child.kill("SIGINT");
  await ended;
  return printed().slice(before);
};

kernel("what is interrupted says what is left, and what goes on", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t);
  const program = (more: string): string => `
automaton quick { runs exec ["sleep", "1000"] after slow }
automaton slow {
  runs exec ["sh", "-c", "trap 'touch told' TERM; while true; do sleep 0.1; done"] directory ${JSON.stringify(cwd)} stop SIGTERM within 60s
}
${more}`;
  const ask = (...args: readonly string[]) => architect(args, { cwd });
  const status = async (): Promise<Status> =>
    JSON.parse((await ask("status", system, "--json")).out) as Status;
  const stateOf = async (automaton: string) =>
    (await status()).automata.find(({ name }) => name === automaton)!.instances[0]!;
  const kill = async (): Promise<void> => {
    const { pid } = await stateOf("slow");
    if (pid !== null) process.kill(pid, "SIGKILL");
  };
  t.teardown(() => ask("down", system));
  writeFileSync(
    join(cwd, "main.arch"),
    program(`
protocol P = ?Bytes . !Bytes
automaton never { provides p: P on tcp 80 runs exec ["sleep", "1000"] }
system ${system} = [quick, slow, never]`),
  );
  const applies = start(t, ["apply", "main.arch"], cwd);
  await applies.says("waiting: never.0 is starting");
  const made = `what is made of ${system} is left; \`architect apply\` again goes on with it, \`architect down ${system}\` removes it`;
  t.is(await interrupt(applies), `interrupted: ${made}\n`);
  t.is(applies.child.signalCode, "SIGINT");

  const goes = start(t, ["down", system], cwd);
  await until("slow is told to end", async () => existsSync(join(cwd, "told")));
  await until("quick has ended", async () => (await stateOf("quick")).pid === null);
  const left = `${system} is removed in part: \`architect down ${system}\` again goes on, \`architect status ${system}\` shows what is left`;
  t.true((await interrupt(goes)).endsWith(`interrupted: ${left}\n`), goes.printed());
  t.is(goes.child.signalCode, "SIGINT");
  const { state, reason } = await stateOf("quick");
  t.deepEqual([state, reason], ["stopped", "ended by `architect down`"]);
  t.true(
    (await status()).problems.includes(
      `its removal is not finished; \`architect down ${system}\` goes on with it`,
    ),
  );

  writeFileSync(join(cwd, "main.arch"), program(`system ${system} = [quick, slow]`));
  t.is((await ask("apply", "main.arch")).code, 0);
  t.deepEqual((await status()).problems, [], "it is kept after all");
  await kill();
});
