/** `after`: the order in which automata start, and are updated. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { enter, type Home, home, type Stage, save, until } from "./stage.ts";

/** A job, a server after it, and a program after that; each writes its name and version when it starts. */
const text = (
  { system, directory }: Home,
  { job = "true", version = 1, order = true }: { job?: string; version?: number; order?: boolean } = {},
): string => {
  const say = (name: string): string => `echo ${name}${version} >> ${directory}/said`;
  const after = (names: string): string => (order ? `after ${names}` : "");
  return `
automaton client { runs exec ["sh", "-c", "${say("client")}; exec sleep 600"] instances 2 ${after("server")} }
automaton server { runs exec ["sh", "-c", "${say("server")}; exec sleep 600"] ${after("migrate")} }
automaton migrate { runs once exec ["sh", "-c", "${say("migrate")}; ${job}"] }
system ${system} = [client, server, migrate]
`;
};

const attributeIn = ({ directory }: Home): readonly string[] =>
  existsSync(`${directory}/said`) ? readFileSync(`${directory}/said`, "utf8").trim().split("\n") : [];

const stateOf = ({ live }: Stage, automaton: string) =>
  live
    .status()
    .automata.find(({ name }) => name === automaton)!
    .instances.map(({ state, reason }) => (reason === null ? state : `${state}: ${reason}`));

test.serial("they start one after the other, and are updated in that order", async (t) => {
  const place = home(t, () => "");
  writeFileSync(place.file, text(place, { job: "sleep 1" }));
  const stage = await enter(t, place);
  t.like(stage.live.status(), { state: "converged", problems: [] });
  t.deepEqual(attributeIn(place), ["migrate1", "server1", "client1", "client1"]);
  await save(stage, text(place, { job: "sleep 1", version: 2 }));
  await until("all run the second version", () => attributeIn(place).length === 8);
  await stage.live.settled();
  t.like(stage.live.status(), { state: "converged", problems: [] });
  t.deepEqual(attributeIn(place).slice(4), ["migrate2", "server2", "client2", "client2"]);
});

test.serial(
  "what fails stops what waits for it, which says so; the next text goes on from there",
  async (t) => {
    const place = home(t, () => "");
    writeFileSync(place.file, text(place, { job: "sleep 1; exit 3" }));
    const stage = await enter(t, place);
    const words = "waits for migrate, which failed: exited with 3; `architect restart migrate` runs it again";
    t.deepEqual(stateOf(stage, "server"), [`starting: ${words}`]);
    t.deepEqual(stateOf(stage, "client"), Array(2).fill(`starting: waits for server, which ${words}`));
    t.is(stage.live.status().state, "degraded");
    t.deepEqual(stage.live.status().problems, [
      "migrate.0 is failed: exited with 3; `architect restart migrate` runs it again",
    ]);
    t.deepEqual(attributeIn(place), ["migrate1"]);
    await until("it is told", () =>
      stage.events.some(({ event, text: line }) => event === "waiting" && line === `server ${words}`),
    );

    await save(stage, text(place, { job: "true" }));
    await until("all run", () => attributeIn(place).length === 5);
    await stage.live.settled();
    t.like(stage.live.status(), { state: "converged", problems: [] });
    t.deepEqual(attributeIn(place), ["migrate1", "migrate1", "server1", "client1", "client1"]);

    // An update whose migration fails replaces nothing, also for who takes over.
    await save(stage, text(place, { job: "exit 4", version: 2 }));
    await until("it failed", () => stage.live.status().state === "degraded");
    await stage.live.settled();
    t.deepEqual(stateOf(stage, "server"), ["ready"]);
    t.deepEqual(stateOf(stage, "client"), ["ready", "ready"]);
    t.true(
      stage.live
        .status()
        .problems.includes(
          "server is not updated: it waits for migrate, which failed: exited with 4; `architect restart migrate` runs it again",
        ),
      stage.live.status().problems.join("; "),
    );
    await stage.live.stop();
    const next = await enter(t, place);
    t.deepEqual(stateOf(next, "server"), ["ready"]);
    t.deepEqual(attributeIn(place).slice(5), ["migrate2"]);
  },
);

test.serial(
  "who was started once comes back without waiting, and those that go end in the reverse order",
  async (t) => {
    const place = home(t, () => "");
    const say = (name: string): string =>
      `trap 'echo ${name} >> ${place.directory}/said; exit' TERM; while :; do sleep 0.1; done`;
    const program = (system: string): string => `
automaton api { runs exec ["sh", "-c", "${say("api")}"] after store }
automaton store { runs exec ["sh", "-c", "${say("store")}"] }
automaton rest {}
system ${place.system} = ${system}
`;
    writeFileSync(place.file, program("[api, store, rest]"));
    const stage = await enter(t, place);
    const pidOf = (automaton: string): number =>
      stage.live.status().automata.find(({ name }) => name === automaton)!.instances[0]!.pid!;
    const before = pidOf("api");
    process.kill(pidOf("store"), "SIGSTOP");
    process.kill(before, "SIGKILL");
    await until("it is back", () => pidOf("api") !== null && pidOf("api") !== before);
    process.kill(pidOf("store"), "SIGCONT");
    await stage.live.settled();
    await save(stage, program("[rest]"));
    await until("both are gone", () => attributeIn(place).length === 2);
    t.deepEqual(attributeIn(place), ["api", "store"]);
  },
);

/** On SIGTERM it says so, waits for `until`, and says that it ends. */
const ending = (name: string, until: string): string =>
  `trap 'echo ${name} asked >> $0; ${until}; echo ${name} ended >> $0; exit 0' TERM; echo ${name} >> $0; while :; do sleep 0.1; done`;

const chained = ({ system, directory }: Home, order: boolean, until: string): string => {
  const automaton = (name: string, after: string): string =>
    `automaton ${name} { runs exec ["sh", "-c", ${JSON.stringify(ending(name, until)).replaceAll("$", "\\$")}, "${directory}/said"] ${order && after !== "" ? `after ${after}` : ""} }`;
  return `${automaton("store", "")}\n${automaton("server", "store")}\n${automaton("client", "server")}\nsystem ${system} = [store, server, client]\n`;
};

test.serial("a system ends in the reverse order, and without one all at once", async (t) => {
  for (const order of [true, false]) {
    const place = home(t, () => "");
    // Without an order each waits until all are asked to end.
    const waiting = order
      ? "sleep 0.3"
      : `while [ $(grep -c asked ${place.directory}/said) -lt 3 ]; do sleep 0.05; done`;
    writeFileSync(place.file, chained(place, order, waiting));
    const stage = await enter(t, place);
    await until("all run", () => attributeIn(place).length === 3);
    t.deepEqual(await stage.live.remove(), []);
    const said = attributeIn(place).slice(3);
    if (order)
      t.deepEqual(
        said,
        ["client", "server", "store"].flatMap((name) => [`${name} asked`, `${name} ended`]),
      );
    else t.deepEqual(said.slice(3).sort(), ["client ended", "server ended", "store ended"]);
  }
});
