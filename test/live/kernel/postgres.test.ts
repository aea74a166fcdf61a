/** A database whose state is kept: nothing that it acknowledged is lost, whatever becomes of it. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { keptDirVariable } from "../../../runtime/process/kept/places.ts";
import { kernelTest as kernel } from "../../runtime/netns/lab.ts";
import { enter, type Home, home, isConverged, pidsOf, type Stage, save, until } from "./stage.ts";

/** Where Debian puts the programs of its newest version. */
const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [];
const bin = `/usr/lib/postgresql/${versions.sort((a, b) => Number(a) - Number(b)).at(-1)}/bin`;
const test = versions.length > 0 ? kernel.serial : kernel.serial.skip; // needs Debian's postgresql

/** Makes the cluster once, and then becomes the server. */
const script = `
[ -e /no-such-data/PG_VERSION ] || ${bin}/initdb -D /no-such-data -A trust >/dev/null
exec ${bin}/postgres -D /no-such-data -k /tmp -h "" -c max_connections=20 -c work_mem=$WORK_MEM`;

const text = ({ system }: Home, memory: string): string => `
automaton db {
  runs exec ["sh", "-c", ${JSON.stringify(script).replaceAll("$", "\\$")}]
  env { WORK_MEM = "${memory}" }
  user "postgres"
  state data at "/no-such-data"
  stop SIGINT within 1m
  start within 2m
  health exec ["${bin}/pg_isready", "-h", "/tmp"] every 200ms
}
system ${system} = db
`;

/** Asks the database in its instance; null where it did not answer. */
const ask = (stage: Stage, sql: string): string | null => {
  const pid = pidsOf(stage).get("db.0");
  if (pid == null) return null;
  const inside = ["-t", String(pid), "-n", "-m", "-p", "--"];
  const psql = [`${bin}/psql`, "-h", "/tmp", "-U", "postgres", "-qtA", "-v", "ON_ERROR_STOP=1", "-c", sql];
  const ran = spawnSync("nsenter", [...inside, ...psql], { encoding: "utf8", timeout: 20_000 });
  return ran.status === 0 ? ran.stdout.trim() : null;
};

test("no acknowledged write is lost in a roll, nor by SIGKILL", async (t) => {
  const place = home(t, () => "");
  process.env[keptDirVariable] = `${place.directory}/kept`;
  t.teardown(() => {
    delete process.env[keptDirVariable];
  });
  writeFileSync(place.file, text(place, "4MB"));
  const stage = await enter(t, place);
  await isConverged(t, stage);
  t.is(ask(stage, "create table votes (n int primary key)"), "");

  const acknowledged: number[] = [];
  let next = 0;
  let isOver = false;
  const votes = (async () => {
    while (!isOver) {
      const n = next++;
      if (ask(stage, `insert into votes values (${n})`) !== null) acknowledged.push(n);
      await sleep(1); // the orchestrator lives in this process too
    }
  })();
  const more = async (): Promise<void> => {
    const before = acknowledged.length;
    await until("votes are taken", () => acknowledged.length >= before + 5, 60_000);
  };
  await more();
  const first = pidsOf(stage).get("db.0")!;
  await save(stage, text(place, "8MB"));
  await isConverged(t, stage);
  t.is(ask(stage, "show work_mem"), "8MB");
  await more();
  const second = pidsOf(stage).get("db.0")!;
  t.not(second, first);
  process.kill(second, "SIGKILL");
  await until("another runs", () => ![null, undefined, second].includes(pidsOf(stage).get("db.0")), 60_000);
  await more();
  isOver = true;
  await votes;
  await isConverged(t, stage);
  const kept = new Set(ask(stage, "select n from votes")!.split("\n").map(Number));
  t.true(acknowledged.length >= 15);
  t.deepEqual(
    acknowledged.filter((n) => !kept.has(n)),
    [],
  );
});
