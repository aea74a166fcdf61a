/**
 * The leader of an instance is killed, and its children live on: with titles over their environment, in groups of their
 * own, or hidden in namespaces of theirs. All of them go, and a new leader gets the ports.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";
import { type Identity, identify, isAlive, readStat } from "../../../runtime/process/proc.ts";
import { kernelTest } from "../../runtime/netns/lab.ts";
import { numbersIn } from "../../runtime/process/sandbox.ts";
import { processesOf } from "./inventory.ts";
import { installed } from "./servers.ts";
import { enter, type Home, home, isConverged, pidsOf, type Stage, until } from "./stage.ts";

const limitMs = 60_000;

const text = (system: string, argv: readonly string[], ports: readonly number[]): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton a {
  ${ports.map((port) => `provides p${port}: P on tcp ${port}`).join("\n  ")}
  runs exec ${JSON.stringify(argv)}
}
system ${system} = a
`;

/** The first process of the instance. */
const initOf = (system: string): number => {
  const isInit = (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`ARCHITECT_INIT_OF=${system}`);
    } catch {
      return false; // gone meanwhile
    }
  };
  const [pid] = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isInit(name));
  if (pid === undefined) throw new Error(`nothing of ${system} runs`);
  return Number(pid);
};

/** All processes that live in the instance, whatever they have become: pid and start time. */
const inhabitants = (system: string): readonly Identity[] => {
  const init = initOf(system);
  return [init, ...numbersIn(init).values()].flatMap((pid) => identify(pid) ?? []);
};

/** A first process that is dead may wait for children that it does not have: whoever has them is to reap them. */
const livesOn = ({ pid, startTime }: Identity): boolean =>
  isAlive(pid, startTime) && readStat(pid)?.isExiting === false;

/** Kills the leader, and waits until another one serves. */
const bringDown = async (t: ExecutionContext, stage: Stage, ownMs: number, least: number): Promise<void> => {
  await until("all its processes are there", () => inhabitants(stage.system).length >= least, limitMs);
  const before = inhabitants(stage.system);
  const leader = pidsOf(stage).get("a.0")!;
  const since = performance.now();
  process.kill(leader, "SIGKILL");
  const instance = () => stage.live.status().automata[0]!.instances[0]!;
  await until(
    "another leader serves",
    () => instance().pid !== leader && instance().state === "ready",
    limitMs,
  );
  const took = performance.now() - since;
  t.log(`back after ${Math.round(took)} ms; everything was made and started within ${Math.round(ownMs)} ms`);
  t.true(took < ownMs + 5_000, `${took} ms`);
  t.is(instance().restarts, 1);
  t.deepEqual(before.filter(livesOn), []);
  await isConverged(t, stage);
};

const started = async (t: ExecutionContext, place: Home) => {
  const since = performance.now();
  const stage = await enter(t, place);
  await until("it serves", () => stage.live.status().state === "converged", limitMs);
  return { stage, ownMs: performance.now() - since };
};

const title = "a title that is much longer than all that the program was started with, its environment too";
const apart = `process.title = ${JSON.stringify(title)}; require('net').createServer().listen(9001)`;
const cluster = `
  const cluster = require("node:cluster");
  process.title = ${JSON.stringify(title)};
  if (cluster.isPrimary) {
    for (let i = 0; i < 2; i++) cluster.fork();
    require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(apart)}], { detached: true, stdio: "ignore" });
  } else require("node:http").createServer((q, a) => a.end()).listen(9000);
`;

kernelTest.serial("a cluster of Node.js, with titles and a group apart", async (t) => {
  const place = home(t, () => "");
  const file = `${place.directory}/cluster.cjs`;
  writeFileSync(file, cluster);
  writeFileSync(place.file, text(place.system, ["node", file], [9000, 9001]));
  const { stage, ownMs } = await started(t, place);
  await bringDown(t, stage, ownMs, 5);
});

installed(kernelTest, ["nginx"]).serial("nginx with its workers", async (t) => {
  const place = home(t, () => "");
  const file = `${place.directory}/nginx.conf`;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path /tmp/${name};`,
  );
  writeFileSync(
    file,
    `daemon off; worker_processes 2; pid /tmp/nginx.pid; error_log stderr; events {}
     http { access_log off; ${temporary.join(" ")} server { listen 8080; } }`,
  );
  writeFileSync(place.file, text(place.system, ["nginx", "-c", file], [8080]));
  const { stage, ownMs } = await started(t, place);
  await bringDown(t, stage, ownMs, 4);
});

const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [];
const postgres = versions.length === 0 ? "/usr/lib/postgresql" : `/usr/lib/postgresql/${versions.at(-1)}/bin`;

installed(kernelTest, [`${postgres}/postgres`, "setpriv"]).serial(
  "postgres, which will not share its data",
  async (t) => {
    const data = mkdtempSync("/var/tmp/architect-postgres-");
    t.teardown(() => rmSync(data, { recursive: true }));
    execFileSync("chown", ["postgres:postgres", data]);
    const asPostgres = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"];
    const [program = "", ...words] = [
      ...asPostgres,
      `${postgres}/initdb`,
      "-D",
      data,
      "--no-sync",
      "-A",
      "trust",
    ];
    execFileSync(program, words, { stdio: "ignore", cwd: "/" });
    const server = [...asPostgres, `${postgres}/postgres`, "-D", data, "-F"];
    const settings = ["-c", "listen_addresses=*", "-c", "unix_socket_directories=/tmp"];
    const { stage, ownMs } = await started(
      t,
      home(t, (system) => text(system, [...server, ...settings], [5432])),
    );
    await bringDown(t, stage, ownMs, 6);
  },
);

const main = fileURLToPath(new URL("./orchestrator-main.js", import.meta.url));

/** An orchestrator in a process of its own, with everything up. */
const orchestrator = async (t: ExecutionContext, place: Home): Promise<ChildProcess> => {
  const order = { place, dieAfter: null, text: null, down: false, stay: true };
  const child = spawn(process.execPath, [main, JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.teardown(() => child.kill("SIGKILL"));
  let told = "";
  child.stdout!.setEncoding("utf8").on("data", (part: string) => {
    told += part;
  });
  await until("all is up", () => told.includes("ready"), limitMs);
  return child;
};

/** Children that no marker, session or network namespace leads to, and one of them has the port. */
const hiding = `setsid env -i unshare -Un sleep 640 & setsid env -i ${process.execPath} -e "require('net').createServer().listen(9000)" & exec sleep 641`;

installed(kernelTest, ["unshare", "setsid"]).serial(
  "what hides behind a leader that died while no orchestrator lived ends before the next leader starts",
  async (t) => {
    const place = home(t, (system) => text(system, ["sh", "-c", hiding], [9000]));
    const first = await orchestrator(t, place);
    await until("all its processes are there", () => inhabitants(place.system).length >= 4, limitMs);
    const before = inhabitants(place.system);
    first.kill("SIGKILL");
    await until("it is dead", () => first.signalCode !== null, limitMs);
    const leaders = [...processesOf(place.system)];
    t.is(leaders.length, 1, JSON.stringify(leaders));
    process.kill(leaders[0]![0], "SIGKILL");
    const stage = await enter(t, place);
    const instance = () => stage.live.status().automata[0]!.instances[0]!;
    await until("the next leader's child has the port", () => instance().state === "ready", limitMs);
    t.deepEqual(before.filter(livesOn), []);
    await isConverged(t, stage);
  },
);

installed(kernelTest, ["nginx"]).serial(
  "a server that puts itself into the background is told how to stay",
  async (t) => {
    const place = home(t, () => "");
    const file = `${place.directory}/nginx.conf`;
    writeFileSync(file, "pid /tmp/nginx.pid; error_log stderr; events {}\n");
    writeFileSync(place.file, text(place.system, ["nginx", "-c", file], [8080]));
    const stage = await enter(t, place, undefined, { settle: false });
    const advice =
      "exited with 0, and left nginx running in the background: keep it in the foreground (-g 'daemon off;')";
    const reason = (): string => stage.live.status().automata[0]!.instances[0]!.reason ?? "";
    await until("it says so", () => reason().startsWith(advice), limitMs);
    const told = () => stage.events.find(({ event }) => event === "exit")?.text;
    await until("it is told", () => told() !== undefined, limitMs);
    t.is(told(), `a.0 ${advice}`);
  },
);
