/** The commands of an ordinary user, whose rights are in namespaces of his own. */
import { spawn } from "node:child_process";
import { chownSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { freePort } from "../../fresh.ts";
import { identity, type Outcome, outcome, userTest as test, user } from "../../runtime/rootless/user.ts";
import { binary, withoutProgress } from "../binary.ts";
import { systemOf } from "../running.ts";

test("a program on standard input is read where the rights are", async (t) => {
  const { runtimeDir } = user(t);
  const system = systemOf(t);
  const architect = (args: readonly string[], input = ""): Promise<Outcome> => {
    const env = { PATH: process.env.PATH, XDG_RUNTIME_DIR: runtimeDir };
    const child = spawn(process.execPath, [binary, ...args], { ...identity, cwd: "/", env, stdio: "pipe" });
    child.stdin.end(input);
    return outcome(child);
  };
  t.teardown(() => architect(["down", system]));
  const program = `automaton a { instances 2 }\nsystem ${system} = [a]\n`;

  const nothing = await architect(["plan", "-"], program);
  t.deepEqual([nothing.code, withoutProgress(nothing.err)], [0, ""]);
  t.regex(nothing.out, new RegExp(`^${system}: 3 to create\\n`));
  const applied = await architect(["apply", "-"], program);
  t.regex(applied.out, new RegExp(`^${system}: 3 operations \\(\\+3\\) in `), applied.err);
  t.is((await architect(["plan", "-"], program)).out, `${system}: no changes\n`);
  const entered = await architect(["repl"], `${program}let more = 1\n:plan\n:apply\n`);
  t.regex(
    withoutProgress(entered.out),
    new RegExp(`\\n${system}: no changes\\n${system}: 0 operations in .*\\n$`),
    entered.err,
  );
  t.is((await architect(["down", system])).out, `${system} is stopped and removed\n`);
});

test("clients of a published port come from an address of the relay, and that is said", async (t) => {
  const { runtimeDir } = user(t);
  const system = systemOf(t);
  const port = await freePort();
  const architect = (args: readonly string[], input = ""): Promise<Outcome> => {
    const env = { PATH: process.env.PATH, XDG_RUNTIME_DIR: runtimeDir };
    const child = spawn(process.execPath, [binary, ...args], { ...identity, cwd: "/", env, stdio: "pipe" });
    child.stdin.end(input);
    return outcome(child);
  };
  t.teardown(() => architect(["down", system]));
  const serve = "require('http').createServer((q, a) => a.end(q.socket.remoteAddress)).listen(8080)";
  const program = `
protocol Http = mu t. &{ request: ?Bytes . !Bytes . t, close: end }
automaton a { provides http: Http on tcp 8080 runs exec ["node", "-e", ${JSON.stringify(serve)}] }
system ${system} = publish(a.http, ${port})
`;
  const applied = await architect(["apply", "-"], program);
  t.is(applied.code, 0, applied.err);
  t.true(
    withoutProgress(applied.err).includes(
      `note: without root, clients of port ${port} come as 192.0.0.8 or fc00::2, not from their own addresses\n`,
    ),
    applied.err,
  );
  const seen = await (await fetch(`http://127.0.0.1:${port}/`)).text();
  t.true(["192.0.0.8", "::ffff:192.0.0.8", "fc00::2"].includes(seen), seen);
});

test("files, scratch directories and other texts in place of files are had without the rights of root", async (t) => {
  const { runtimeDir } = user(t);
  const system = systemOf(t);
  const architect = (args: readonly string[], input = ""): Promise<Outcome> => {
    const env = { PATH: process.env.PATH, XDG_RUNTIME_DIR: runtimeDir };
    const child = spawn(process.execPath, [binary, ...args], { ...identity, cwd: "/", env, stdio: "pipe" });
    child.stdin.end(input);
    return outcome(child);
  };
  t.teardown(() => architect(["down", system]));
  // In directories of the machine's root, which is nobody here.
  const program = (text: string): string => `
automaton a {
  runs exec ["sh", "-c", "trap : HUP; while :; do sleep 600 & wait $!; done"]
  files { "/own-conf" = "${text}", "/etc/own/conf" = "${text}" } reload SIGHUP
  scratch at "/own-scratch" size 1MiB
  scratch at "/var/lib/own-scratch"
}
system ${system} = a
`;
  const look = "cat /own-conf /etc/own/conf; echo; stat -c %a /own-scratch /var/lib/own-scratch";
  const seen = async (): Promise<readonly string[]> =>
    (await architect(["exec", "a", "--system", system, "--", "sh", "-c", look])).out.split("\n");
  const applied = await architect(["apply", "-"], program("one "));
  t.is(applied.code, 0, applied.err);
  const [text, ...rest] = await seen();
  t.is(text, "one one ");
  t.deepEqual(rest.slice(0, 2), ["700", "700"]);
  const again = await architect(["apply", "-"], program("two "));
  t.regex(again.out, /1 operation \(~1\)/, again.err);
  const [changed, ...others] = await seen();
  t.is(changed, "two two ");
  t.deepEqual(others.slice(0, 2), rest.slice(0, 2));
});

test("a user's state lies in the user's own directory and outlives the system; a size is refused", async (t) => {
  const { runtimeDir } = user(t);
  const system = systemOf(t);
  const home = mkdtempSync(`${tmpdir()}/state-`);
  if (identity.uid !== undefined) chownSync(home, identity.uid, identity.gid);
  const architect = (args: readonly string[], input = ""): Promise<Outcome> => {
    const env = { PATH: process.env.PATH, XDG_RUNTIME_DIR: runtimeDir, XDG_STATE_HOME: home };
    const child = spawn(process.execPath, [binary, ...args], { ...identity, cwd: "/", env, stdio: "pipe" });
    child.stdin.end(input);
    return outcome(child);
  };
  t.teardown(async () => {
    await architect(["down", system]);
    rmSync(home, { recursive: true });
  });
  const programOf = (size: string): string => `
automaton a { runs exec ["sh", "-c", "echo started >> /kept/it; exec sleep 600"] state data at "/kept" ${size} }
system ${system} = a
`;
  const said = async (): Promise<string> =>
    (await architect(["exec", "a", "--system", system, "--", "cat", "/kept/it"])).out;
  for (const lines of [1, 2]) {
    const applied = await architect(["apply", "-"], programOf(""));
    t.is(applied.code, 0, applied.err);
    t.is(await said(), "started\n".repeat(lines));
    if (lines === 1) t.is((await architect(["down", system])).code, 0);
  }
  const planned = await architect(["plan", "-"], programOf("size 8MiB"));
  t.regex(planned.out, /the size 8MiB of the state data of a cannot be enforced here: .*\(EPERM\)/);
  const refused = await architect(["apply", "-"], programOf("size 8MiB"));
  t.is(refused.code, 1);
  t.regex(refused.err, /cannot limit the state data of a\.0: .*\(cannot-enforce\)/);
  t.is(await said(), "started\nstarted\n", "what runs goes on");
  const allowed = await architect(["apply", "-", "--allow-unenforced"], programOf("size 8MiB"));
  t.is(allowed.code, 0, allowed.err);
  t.regex(allowed.err, /warning: the size 8MiB of the state data of a\.0 is not enforced: .*\(EPERM\)/);
  t.is(await said(), "started\n".repeat(3));
  const { state } = JSON.parse((await architect(["state", "ls", "--json"])).out) as {
    readonly state: readonly {
      readonly path: string;
      readonly inUse: boolean;
      readonly size: number | null;
    }[];
  };
  t.is(state.length, 1);
  t.like(state[0], { inUse: true, size: null });
  t.true(state[0]!.path.startsWith(`${home}/architect/`), state[0]!.path);
  if (identity.uid !== undefined) t.is(statSync(state[0]!.path).uid, identity.uid);
  const down = await architect(["down", system, "--state"]);
  t.is(down.code, 0, down.err);
  t.deepEqual(readdirSync(`${home}/architect`), []);
});
