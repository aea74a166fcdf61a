/** `update replace`: an instance ends before its successor starts, whoever replaces it. */
import { readFileSync, writeFileSync } from "node:fs";
import type { ExecutionContext } from "ava";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { type Order, obey } from "./death.ts";
import { enter, type Home, home, isConverged, pidsOf, save, until } from "./stage.ts";

/** As for the other orchestrators that are killed on their way: `DEATHS=all` tries every step. */
const stride = process.env.DEATHS === "all" ? 1 : Number(process.env.DEATHS ?? 30);

/** Keeps a directory of its own for each instance; says when it starts and ends, and when it is not alone there. */
const keeper = `
const { appendFileSync, openSync, unlinkSync } = require("node:fs");
const { ARCHITECT_INSTANCE: index, PORT } = process.env;
process.chdir(__dirname);
const say = (what) => appendFileSync("said", index + " " + what + "\\n");
try { openSync("lock." + index, "wx"); } catch { say("not alone"); process.exit(1); }
say("starts");
const server = require("node:http").createServer((q, a) => a.end(process.argv[2])).listen(PORT);
process.on("SIGTERM", () => setTimeout(() => { say("ends"); unlinkSync("lock." + index); process.exit(0); }, 300));
`;

const text = ({ system, directory }: Home, mark: string, instances: number): string => `
protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton keeper {
  provides web: Web on tcp 8080
  runs exec ["node", "${directory}/keeper.cjs", "${mark}"]
  instances ${instances}
  update replace
}
system ${system} = keeper
`;

const prepared = (t: ExecutionContext, instances: number): Home => {
  const place = home(t, () => "");
  writeFileSync(place.file, text(place, "one", instances));
  writeFileSync(`${place.directory}/keeper.cjs`, keeper);
  return place;
};

const saidOf = ({ directory }: Home, index: number): readonly string[] =>
  readFileSync(`${directory}/said`, "utf8")
    .split("\n")
    .filter((line) => line.startsWith(`${index} `))
    .map((line) => line.slice(2));

test.serial("each instance ends before its successor starts, in its place", async (t) => {
  const place = prepared(t, 2);
  const stage = await enter(t, place);
  const before = pidsOf(stage);
  await save(stage, text(place, "two", 2));
  await isConverged(t, stage);
  t.deepEqual([...pidsOf(stage).keys()], ["keeper.0", "keeper.1"]);
  for (const [name, pid] of pidsOf(stage)) t.not(pid, before.get(name), name);
  for (const index of [0, 1]) t.deepEqual(saidOf(place, index), ["starts", "ends", "starts"], `${index}`);
  t.deepEqual(saidOf(place, 2), [], "there was never a further one");
});

test.serial("a successor that does not get ready stops it; what serves is kept", async (t) => {
  const place = prepared(t, 2);
  const stage = await enter(t, place);
  const before = pidsOf(stage);
  await save(
    stage,
    text(place, "two", 2)
      .replace("on tcp 8080", "on tcp 8081")
      .replace('"two"]', '"two"] env { PORT = 8080 }'),
  );
  const instances = () => stage.live.status().automata[0]!.instances;
  await until("it is said what is missing", () => instances()[0]?.reason === "listens on 8080, not on 8081");
  t.like(instances()[1], { state: "ready", pid: before.get("keeper.1"), reason: null });
  await save(stage, text(place, "three", 2));
  await isConverged(t, stage);
});

test.serial("whoever takes over in the middle starts none beside another", async (t) => {
  const order: Omit<Order, "place"> = { dieAfter: null, text: null, down: false, stay: false };
  const place = prepared(t, 1);
  const [one, two] = ["one", "two"].map((mark) => text(place, mark, 1)) as [string, string];
  const come = async (content: string): Promise<void> => {
    writeFileSync(place.file, content);
    const stage = await enter(t, place);
    await isConverged(t, stage);
    await stage.live.stop();
  };
  await come(one);
  const { steps, output } = await obey({ ...order, place, text: two });
  if (steps === null) throw new Error(output);
  t.log(`${steps} steps`);
  let [from, to] = [two, one];
  for (let dieAfter = 1; dieAfter <= steps; dieAfter += stride) {
    await come(from);
    await obey({ ...order, place, text: to, dieAfter });
    await come(to);
    [from, to] = [to, from];
  }
  const said = saidOf(place, 0);
  t.false(said.includes("not alone"));
  for (const [i, line] of said.entries()) t.is(line, i % 2 === 0 ? "starts" : "ends", `${i}`);
  t.true(said.length > steps / stride, `${said.length} starts and ends`);
});
