/** Another user of the machine: what of a system is out of reach for him. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync } from "node:fs";
import { stateRoot } from "../../../runtime/process/state.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { enter, home, isConverged, pidsOf, until } from "./stage.ts";

const nobody = 65534;

/** What each attempt of a stranger ends with: `done`, or the code of the error. */
const attempts = (tries: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const script = `
    const fs = require("node:fs"), net = require("node:net");
    const tries = ${JSON.stringify(tries)};
    const results = {};
    (async () => {
      for (const [name, code] of Object.entries(tries)) {
        try {
          await eval("(async () => {" + code + "})()");
          results[name] = "done";
        } catch (error) {
          results[name] = error.code ?? String(error);
        }
      }
      console.log(JSON.stringify(results));
    })();
    const dial = (path) => new Promise((resolve, reject) => net.connect(path, resolve).once("error", reject));`;
  const { stdout, stderr, error } = spawnSync(process.execPath, ["-e", script], {
    uid: nobody,
    gid: nobody,
    cwd: "/",
    encoding: "utf8",
    env: {},
  });
  // Such as a Node that only its owner may run.
  if (error !== undefined) throw error;
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Readonly<Record<string, string>>;
};

test.serial(
  "a stranger can neither read nor drive the socket, the logs, the state, nor what runs",
  async (t) => {
    const place = home(
      t,
      (
        system,
      ) => `automaton a { runs exec ["sh", "-c", "echo secret; exec sleep 620"] env { KEY = "secret" } }
automaton bare { }
system ${system} = [a, bare]\n`,
    );
    chmodSync(place.directory, 0o755); // so that all depends on what is below
    const stage = await enter(t, place);
    const state = `${place.stateRoot}/${place.system}`;
    const log = `${state}/logs/a.0.log`;
    const socket = `${state}/control`;
    await until("there is a log", () => existsSync(log));
    const pid = pidsOf(stage).get("a.0");
    const lock = `${place.stateRoot}/.${place.system}.lock`;
    const path = JSON.stringify;
    const found = attempts({
      "see the systems": `fs.readdirSync(${path(place.stateRoot)})`,
      "see the state": `fs.readdirSync(${path(state)})`,
      "read the log": `fs.readFileSync(${path(log)})`,
      "write the log": `fs.appendFileSync(${path(log)}, "x")`,
      "drive the socket": `await dial(${path(socket)})`,
      "put another socket there": `fs.unlinkSync(${path(socket)})`,
      "take the lock away": `fs.unlinkSync(${path(lock)})`,
      "hold the lock": `fs.openSync(${path(lock)}, "r")`,
      "add a file": `fs.writeFileSync(${path(`${place.stateRoot}/x`)}, "")`,
      "read its environment": `fs.readFileSync("/proc/${pid}/environ")`,
      "end a process": `process.kill(${pid}, "SIGTERM")`,
      "end the orchestrator": `process.kill(${process.pid}, "SIGTERM")`,
      "take a name away": `fs.unlinkSync(${path(`/run/netns/${place.system}.bare.0`)})`,
      "add a name": `fs.writeFileSync(${path(`/run/netns/${place.system}.bare.1`)}, "")`,
    });
    for (const [what, outcome] of Object.entries(found))
      t.true(["EACCES", "EPERM"].includes(outcome), `${what}: ${outcome}`);
    const { status } = spawnSync("nsenter", [`--net=/run/netns/${place.system}.bare.0`, "true"], {
      uid: nobody,
      gid: nobody,
    });
    t.not(status, 0, "enter an instance");
    await isConverged(t, stage);
  },
);

test.serial("what a stranger has put where the state is to be is refused", async (t) => {
  const place = home(t, (system) => `automaton a { }\nsystem ${system} = a\n`);
  chmodSync(place.directory, 0o777);
  const { status } = spawnSync("mkdir", ["-m", "777", place.stateRoot], { uid: nobody, gid: nobody });
  t.is(status, 0);
  const error = await t.throwsAsync(enter(t, place));
  t.regex(error?.message ?? "", /must be a directory of this user alone/);
  t.deepEqual(readdirSync(place.stateRoot), []);
  t.is(stateRoot({}, 0), "/run/architect", "which is below a directory that only root may write");
  chmodSync(place.directory, 0o700);
  spawnSync("rmdir", [place.stateRoot]);
});
