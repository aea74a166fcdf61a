/** What an ordinary user can grant, and what not: told, refused, or allowed and warned of. */
import { spawn } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";
import { freshName } from "../../fresh.ts";
import { identity, type Outcome, outcome, uid, userTest } from "./user.ts";

const binary = fileURLToPath(new URL("../../../src/cli/main.js", import.meta.url));

interface Stage {
  readonly system: string;
  architect(...words: readonly string[]): Promise<Outcome>;
}

/** A program in a directory of the user's own, and a command line there. */
const stage = (t: ExecutionContext, clauses: string): Stage => {
  const home = mkdtempSync(`${tmpdir()}/architect-grants-`);
  chmodSync(home, 0o700);
  const system = freshName();
  writeFileSync(`${home}/a.arch`, `automaton a { ${clauses} }\nsystem ${system} = a\n`);
  chownSync(home, uid, uid);
  const env = { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home, XDG_STATE_HOME: `${home}/state` };
  const architect = (...words: readonly string[]): Promise<Outcome> =>
    outcome(spawn(process.execPath, [binary, ...words], { ...identity, cwd: home, env, stdio: "pipe" }));
  t.teardown(async () => {
    await architect("down", system);
    rmSync(home, { recursive: true, force: true });
  });
  return { system, architect };
};

userTest("what is a user's own to grant is granted, and read-only holds", async (t) => {
  const script =
    "ip link set lo mtu 1400 && touch /tmp/own && ! touch /etc/own 2> /dev/null && exec sleep 600";
  const { architect } = stage(
    t,
    `runs exec ["sh", "-c", "${script}"] restart never grants [net_admin] read-only`,
  );
  const { code, err } = await architect("apply", "a.arch", "--timeout", "60s");
  t.is(code, 0, err);
});

userTest("what only root of the machine could grant is refused, or allowed and warned of", async (t) => {
  const { system, architect } = stage(t, 'runs exec ["sleep", "600"] grants [sys_time]');
  const words = "sys_time is not granted: it takes root of the machine";
  const refused = await architect("apply", "a.arch");
  t.is(refused.code, 1);
  t.true(refused.err.includes(`confine a.0: ${words} (cannot-enforce)`), refused.err);
  const allowed = await architect("apply", "a.arch", "--allow-unenforced", "--timeout", "60s");
  t.is(allowed.code, 0, allowed.err);
  const status = await architect("status", system);
  t.true(`${status.out}${status.err}`.includes(`a.0 is not confined: ${words}`), status.out);
});
