/**
 * Two orchestrators of systems of one name, each with a runtime directory of its own: in
 * the same namespaces, and in two containers in which the directory has the same path.
 * Neither sees, ends or takes away what is the other's.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import test, { type ExecutionContext } from "ava";
import { prepareNetnsDirectory, releaseNetnsDirectory } from "../../../runtime/namespaces.ts";
import type { Status } from "../../../src/live/control/status.ts";
import { freePort } from "../../fresh.ts";
import { nft } from "../../runtime/nft.ts";
import { binary, folder, type Ran } from "../binary.ts";
import { systemOf } from "../running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const programOf = (system: string): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton a {
  provides p: P on tcp 9000
  runs exec ["node", "serve.mjs"]
  env { ANSWER = input("answer", "") }
}
automaton b { requires p: P runs exec ["sh", "-c", "sleep 1000 & exec sleep 1000"] }
system ${system} = [b => a, publish(a.p, input("port", 1))]
`;

const serve = `
import { createServer } from "node:net";
createServer((socket) => socket.end(process.env.ANSWER)).listen(9000, "::");
`;

/** A place with a runtime directory of its own, in which commands are run. */
interface Owner {
  readonly name: string;
  readonly port: number;
  ask(...args: readonly string[]): Promise<Ran>;
  /** Starts an orchestrator, and waits until all is ready. */
  run(): Promise<void>;
  status(): Promise<Status>;
  /** Ends the orchestrator with SIGKILL. */
  kill(): Promise<void>;
}

const collect = (child: ChildProcess): Promise<Ran> => {
  let [out, err] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  return once(child, "close").then(([code]) => ({ code: code as number | null, out, err }));
};

/** `way`: the words before the command that lead to the place. */
const owner = (
  t: ExecutionContext,
  name: string,
  {
    way,
    directory,
    system,
    cwd,
    port,
  }: Readonly<Record<"directory" | "system" | "cwd", string>> & {
    readonly way: readonly string[];
    readonly port: number;
  },
): Owner => {
  const begin = (words: readonly string[]): ChildProcess => {
    const [program, ...rest] = [...way, ...words];
    const env = { PATH: process.env.PATH, ARCHITECT_RUNTIME_DIR: directory };
    return spawn(program!, rest, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  };
  const ask: Owner["ask"] = (...args) => collect(begin([process.execPath, binary, ...args]));
  const status = async (): Promise<Status> => {
    const { out, err } = await ask("status", system, "--json");
    if (out === "") throw new Error(`${name}: ${err}`);
    return JSON.parse(out) as Status;
  };
  let orchestrator: { readonly child: ChildProcess; readonly ran: Promise<Ran> } | null = null;
  t.teardown(async () => {
    await ask("down", system);
    await orchestrator?.ran;
  });
  return {
    name,
    port,
    ask,
    status,
    run: async () => {
      const inputs = ["-i", `answer=${name}`, "-i", `port=${port}`];
      const child = begin([process.execPath, binary, "run", "main.arch", ...inputs]);
      const ran = collect(child);
      orchestrator = { child, ran };
      const isUp = new Promise<void>((resolve, reject) => {
        child.stdout!.on("data", (text: string) => {
          if (text.includes("Ctrl-C stops")) resolve();
        });
        void ran.then(({ err }) => reject(new Error(`${name} ended: ${err}`)));
      });
      await isUp;
    },
    kill: async () => {
      const { orchestrator: pid } = await status();
      const [program, ...rest] = [...way, "kill", "-9", String(pid)];
      execFileSync(program!, rest);
      await orchestrator?.ran;
      orchestrator = null;
    },
  };
};

/** A shell in namespaces of its own, which does nothing but hold them. */
const holder = async (t: ExecutionContext, flags: readonly string[], script: string): Promise<number> => {
  const child = spawn("unshare", [...flags, "sh", "-c", `${script}; echo ready; read _`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  t.teardown(async () => {
    child.stdin!.end();
    await once(child, "close");
  });
  await once(child.stdout!, "data");
  return child.pid!;
};

/** The pid of what a process has started. */
const childOf = (pid: number): number =>
  Number(execFileSync("cat", [`/proc/${pid}/task/${pid}/children`], { encoding: "utf8" }).trim());

const answerAt = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.setEncoding("utf8").on("data", (more: string) => {
      text += more;
    });
    socket.once("error", reject);
    socket.once("close", () => resolve(text));
  });

const pidsIn = ({ automata }: Status): readonly (number | null)[] =>
  automata.flatMap(({ instances }) => instances.map(({ pid }) => pid));

const isUnharmed = async (t: ExecutionContext, one: Owner, before: Status): Promise<void> => {
  const now = await one.status();
  t.is(now.state, "converged", one.name);
  t.deepEqual(pidsIn(now), pidsIn(before), one.name);
  t.is(await answerAt(one.port), one.name);
};

/** What of both systems is seen in the host's own namespace. */
const onHost = (system: string): readonly string[] => [
  ...nft(null, "list", "tables")
    .split("\n")
    .filter((line) => line.includes(`architect-${system}`)),
  ...execFileSync("ip", ["-o", "link"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => new RegExp(`alias architect\\S* ${system}\\b`).test(line)),
];

/** All that must hold of two owners. */
const live = async (t: ExecutionContext, system: string, one: Owner, other: Owner): Promise<void> => {
  await Promise.all([one.run(), other.run()]);
  const [first, second] = [await one.status(), await other.status()];
  for (const each of [one, other]) {
    t.is(await answerAt(each.port), each.name);
    const { out } = await each.ask("exec", "b", "--", "sh", "-c", "echo $P_HOST $ARCHITECT_INSTANCE");
    t.is(out, "p 0\n", `${each.name} has one a and one b`);
    const inside = await each.ask("exec", "a", "--", "hostname", "-I");
    const { addresses } = (await each.status()).automata[0]!.instances[0]!;
    t.deepEqual(inside.out.trim().split(" ").sort(), [...addresses].sort());
  }
  await isUnharmed(t, one, first);
  await isUnharmed(t, other, second);

  // A port of the host is one owner's, and the other hears whose.
  const taken = await other.ask("set", `port=${one.port}`);
  t.regex(
    taken.err,
    new RegExp(`cannot publish tcp port ${one.port}: system ${system} of \\S+ publishes it`),
  );
  await other.ask("set", `port=${other.port}`);
  await isUnharmed(t, one, first);

  await one.kill();
  await isUnharmed(t, other, second);
  t.deepEqual(pidsIn(await one.status()), pidsIn(first), "seen without an orchestrator");
  await one.run();
  await isUnharmed(t, one, first);
  await isUnharmed(t, other, second);

  // Once with an orchestrator, once without.
  await other.kill();
  t.is((await other.ask("down", system)).out, `${system} is stopped and removed\n`);
  await isUnharmed(t, one, first);
  const nothing = await other.ask("down", system);
  t.is(nothing.out, `nothing of ${system} is here\n`);
  if (nothing.err !== "") t.regex(nothing.err, new RegExp(`^hint: another ${system} is kept in `));
  await isUnharmed(t, one, first);
  await other.run();
  await isUnharmed(t, one, first);
  t.is((await one.ask("down", system)).out, `${system} is stopped and removed\n`);
  const third = await other.status();
  await isUnharmed(t, other, third);
  t.is((await other.ask("down", system)).out, `${system} is stopped and removed\n`);
  t.deepEqual(onHost(system), []);
};

const scene = async (t: ExecutionContext) => {
  const system = systemOf(t);
  const cwd = folder(t, { "main.arch": programOf(system), "serve.mjs": serve });
  return { system, cwd, ports: [await freePort(), await freePort()] as const };
};

kernel("two runtime directories in the same namespaces", async (t) => {
  t.timeout(300_000);
  const { system, cwd, ports } = await scene(t);
  const [one, other] = ports.map((port, at) =>
    owner(t, `owner${at}`, { way: [], directory: `${cwd}/run${at}`, system, cwd, port }),
  );
  await live(t, system, one!, other!);
});

/** Containers that differ in what is made their own. */
const contained = (
  title: string,
  flags: readonly string[],
  enter: readonly string[],
  script: string,
  directory: string,
): void =>
  kernel(title, async (t) => {
    t.timeout(300_000);
    const { system, cwd, ports } = await scene(t);
    prepareNetnsDirectory();
    t.teardown(releaseNetnsDirectory);
    const owners: Owner[] = [];
    for (const [at, port] of ports.entries()) {
      const shell = await holder(t, ["--mount", ...flags], script);
      const inside = flags.includes("--fork") ? childOf(shell) : shell;
      const way = ["nsenter", "-t", String(inside), "--mount", ...enter, `--wdns=${cwd}`];
      owners.push(owner(t, `owner${at}`, { way, directory, system, cwd, port }));
    }
    await live(t, system, owners[0]!, owners[1]!);
  });

const ownRun = "mount -t tmpfs tmpfs /run";

contained("one path in two mount namespaces, with one process table", [], [], ownRun, "/run/architect-test");

contained(
  "one path in two containers with process tables of their own",
  ["--pid", "--fork", "--mount-proc"],
  ["--pid"],
  ownRun,
  "/run/architect-test",
);

contained(
  "one path in two mount namespaces that share the names of network namespaces",
  ["--propagation", "unchanged"],
  [],
  "mkdir -p /run/architect-test && { mount --make-private /run 2>/dev/null || mount --make-private /; } && mount -t tmpfs -o mode=700 tmpfs /run/architect-test",
  "/run/architect-test",
);
