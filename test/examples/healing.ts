/** How long it takes until a process that was killed is replaced by one that serves. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { ExecutionContext } from "ava";
import { Traffic } from "../runtime/netns/traffic.ts";
import { found, type Running } from "./running.ts";

/** A real request to a program, as it is asked in its own namespace, and what a good answer begins with. */
export interface Probe {
  readonly port: number;
  readonly says: string;
  readonly answers: RegExp;
}

export const httpProbe = (port: number, path = "/"): Probe => ({
  port,
  says: `GET ${path} HTTP/1.0\r\n\r\n`,
  answers: /^HTTP\/1\.[01] 200 /,
});

export const redisProbe: Probe = { port: 6379, says: "PING\r\n", answers: /^\+PONG/ };

/** The first message of a session, as user `postgres`; `R`: authenticated. */
export const postgresProbe: Probe = {
  port: 5432,
  says: "\0\0\0\x17\0\x03\0\0user\0postgres\0\0",
  answers: /^R/,
};

/** Milliseconds since 1970 at which a process began. */
const bornAt = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  const uptimeMs = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000;
  return Date.now() - uptimeMs + ticks * 10;
};

/** How many threads of the machine want to run now, or did in the last minute. */
const wanting = (): number => {
  const [lastMinute, , , now] = readFileSync("/proc/loadavg", "utf8").split(/[ /]/).map(Number);
  return Math.max(lastMinute!, now!);
};

export interface Healed {
  readonly name: string;
  /** From the kill until it is in service and answers. */
  readonly healedMs: number;
  /** From the beginning of its process until that answers. */
  readonly startMs: number;
  /** How many times slower than alone everything is where so many want to run. */
  readonly slowness: number;
}

/** The first process of the pid namespace of another one, with which that ends. */
export const firstProcess = (pid: number): number => {
  const namespace = readlinkSync(`/proc/${pid}/ns/pid`);
  const isFirst = (other: string): boolean => {
    try {
      return (
        readlinkSync(`/proc/${other}/ns/pid`) === namespace &&
        /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${other}/status`, "utf8"))
      );
    } catch {
      return false; // it has ended
    }
  };
  return Number(readdirSync("/proc").find((name) => /^\d+$/.test(name) && isFirst(name)));
};

/**
 * Ends the program of an instance, or what `target` finds of it, by SIGKILL, and waits for its successor: it runs, it answers by `isWell`, and it is ready.
 * One that has no port is ready when it has run for a while, so there the answer alone counts.
 */
export const heal = async (
  running: Running,
  name: string,
  isWell: () => Promise<boolean>,
  { hasPorts = true, target = (program: number) => program } = {},
): Promise<Healed> => {
  const pid = (await running.pids()).get(name)!;
  const victim = target(pid);
  const killedAt = Date.now();
  process.kill(victim, "SIGKILL");
  let answeredAt: number | null = null;
  let slowness = 1;
  const successor = await found(`${name} is back`, async () => {
    slowness = Math.max(slowness, wanting() / availableParallelism());
    const instance = await running.instance(name);
    if (instance === null || instance.pid === null || instance.pid === pid) return null;
    if (answeredAt === null && (await isWell())) answeredAt = Date.now();
    return answeredAt !== null && (instance.state === "ready" || !hasPorts) ? instance.pid : null;
  });
  const healedMs = Date.now() - killedAt;
  return { name, healedMs, startMs: answeredAt! - bornAt(successor), slowness };
};

/** Asks the program of an instance in its own namespace. */
export const asker = (t: ExecutionContext, running: Running) => {
  const traffic = new Traffic();
  t.teardown(() => traffic.close());
  return async (name: string, { port, says, answers }: Probe): Promise<boolean> => {
    const netns = `${running.system}.${name.replaceAll("_", "-")}`;
    const limits = { timeoutMs: 1_000, text: says };
    return answers.test(await traffic.ask(netns, "tcp", "127.0.0.1", port, limits));
  };
};

/** Within a second of its own start time, each, on a machine that has nothing else to do. */
export const isHealedInTime = (t: ExecutionContext, all: readonly Healed[]): void => {
  const lines = all.map(
    ({ name, healedMs, startMs }) => `${name} ${healedMs} (start ${Math.round(startMs)})`,
  );
  t.log(`healed in ms: ${lines.join(", ")}`);
  for (const { name, healedMs, startMs, slowness } of all)
    t.true(healedMs - startMs < 1_000 * slowness, `${name}: ${healedMs} ms, of them ${startMs} its own`);
};
