/** What cannot be started replaces nothing: what runs is neither ended nor taken out of service for it. */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import type { ExecutionContext } from "ava";
import { isLeft } from "fp-ts/lib/Either.js";
import { removeSecret, setSecret } from "../../../runtime/secrets/store.ts";
import { freePort } from "../../fresh.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { load } from "./load.ts";
import { enter, type Home, home, isConverged, pidsOf, save, until } from "./stage.ts";

const server = 'require("node:http").createServer((_, response) => response.end("well")).listen(8080)';

const text = ({ system }: Home, port: number, clause = "", program = "node"): string => `
protocol Http = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton web {
  provides web: Http on tcp 8080
  runs exec ["${program}", "-e", ${JSON.stringify(server)}]
  update replace
  ${clause}
}
automaton worker { runs exec ["${program}", "-e", "setInterval(() => {}, 1000)"] ${clause} }
system ${system} = [publish(web.web, ${port}), worker]
`;

const bad: readonly (readonly [why: string, clause: string, program: string, words: RegExp])[] = [
  ["an unknown user", 'user "postgers"', "node", /there is no user "postgers" on this machine/],
  ["a missing directory", 'directory "/not/there"', "node", /directory \/not\/there does not exist/],
  [
    "an unknown owner",
    'files { "/etc/a" = { text = "a", owner = "postgers" } }',
    "node",
    /no user "postgers"/,
  ],
  ["a limit that is not enforced", "limits { files = 1_000_000_000_000 }", "node", /limit the open files of/],
  ["a missing program", "", "no-such-program", /no-such-program/],
  [
    "a program of its own that is no program",
    'files { "/opt/own" = "#!/bin/sh\\nexec sleep 1000\\n" }',
    "/opt/own",
    /\/opt\/own is not executable: its mode is 0644/,
  ],
];

/** Programs that root may run, and a user may not. */
const forbidden = (t: ExecutionContext): typeof bad => {
  const directory = mkdtempSync("/var/tmp/architect-forbidden-");
  t.teardown(() => rmSync(directory, { recursive: true }));
  chmodSync(directory, 0o755);
  mkdirSync(`${directory}/locked`, { mode: 0o700 });
  symlinkSync(process.execPath, `${directory}/locked/node`);
  symlinkSync(`${directory}/locked/node`, `${directory}/link`);
  copyFileSync("/bin/sleep", `${directory}/roots`);
  chmodSync(`${directory}/roots`, 0o700);
  const words = (what: string) => new RegExp(`its user \\(\\d+\\) may not ${what}$`);
  return [
    [
      "a directory on the way",
      'user "nobody"',
      `${directory}/locked/node`,
      words(`enter ${directory}/locked`),
    ],
    ["a link that leads there", 'user "nobody"', `${directory}/link`, words(`execute ${directory}/link`)],
    ["a program of root alone", 'user "nobody"', `${directory}/roots`, words(`execute ${directory}/roots`)],
  ];
};

test.serial("an update to what cannot be started leaves what runs alone, and says why", async (t) => {
  const port = await freePort();
  const place = home(t, () => "");
  writeFileSync(place.file, text(place, port));
  const stage = await enter(t, place);
  const before = pidsOf(stage);
  const users = load(`http://127.0.0.1:${port}/`, 2);
  for (const [why, clause, program, words] of [...bad, ...forbidden(t)]) {
    await users.requests(5);
    await save(stage, text(place, port, clause, program));
    await stage.live.settled();
    const { state } = stage.live.orchestrator;
    t.is(state.convergence, "degraded", why);
    for (const name of ["web.0", "worker.0"])
      t.true(
        state.problems.some((problem) => problem.includes(name) && words.test(problem)),
        `${why}: ${state.problems.join("\n")}`,
      );
    t.deepEqual(pidsOf(stage), before, why);
    // Long enough for further tries.
    await users.requests(20);
    t.deepEqual(pidsOf(stage), before, why);
    t.is(stage.live.status().automata.find(({ name }) => name === "web")!.instances[0]!.state, "ready", why);
  }
  await save(stage, text(place, port));
  await isConverged(t, stage);
  t.deepEqual(pidsOf(stage), before);
  t.deepEqual((await users.stop()).failures, []);
});

test.serial("what was missing is found later, and then the update is made", async (t) => {
  const port = await freePort();
  const place = home(t, () => "");
  writeFileSync(place.file, text(place, port));
  const stage = await enter(t, place);
  const before = pidsOf(stage);
  const program = `${place.directory}/later`;
  await save(stage, text(place, port, "", program));
  await stage.live.settled();
  t.is(stage.live.orchestrator.state.convergence, "degraded");
  writeFileSync(program, '#!/bin/sh\nexec node "$@"\n', { mode: 0o755 });
  const isAnew = (): boolean => [...pidsOf(stage)].every(([name, pid]) => pid !== before.get(name));
  await until("it is started", isAnew);
  await isConverged(t, stage);
});

test.serial("a restart without the value of a secret is refused, and what runs goes on", async (t) => {
  const port = await freePort();
  const place = home(t, () => "");
  writeFileSync(place.file, text(place, port, 'env { PW = secret("pw") }'));
  setSecret("pw", Buffer.from("one"), place.system, place.stateRoot);
  const stage = await enter(t, place);
  const before = pidsOf(stage);
  t.is(stage.live.startRefusal("web"), null);
  removeSecret("pw", place.system, place.stateRoot);
  t.like(stage.live.startRefusal("web"), { code: "ENOKEY" });
  const restarted = stage.live.restart("web");
  if (isLeft(restarted)) throw new Error(JSON.stringify(restarted.left));
  const { failures } = await restarted.right.done;
  t.regex(failures[0]?.message ?? "", /the secret pw has no value/);
  t.deepEqual(pidsOf(stage), before);
});
