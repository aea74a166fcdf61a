/** `provides PORT: P on tcp N from M`: a program that cannot be told its port, behind the one that clients expect. */
import { writeFileSync } from "node:fs";
import { freePort } from "../../fresh.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { load } from "./load.ts";
import { enter, type Home, home, isConverged, pidsOf, save, until } from "./stage.ts";

const server = 'require("node:http").createServer((_, response) => response.end("from 8080")).listen(8080)';

const text = ({ system }: Home, port: number, listens: number): string => `
protocol Http = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton web { provides web: Http on tcp 80 from ${listens} runs exec ["node", "-e", ${JSON.stringify(server)}] }
automaton front {
  provides web: Http on tcp 8000
  requires back: Http
  runs exec ["node", "-e", "require('node:http').createServer(async (_, response) => response.end('front ' + await (await fetch('http://' + process.env.BACK_ADDR)).text())).listen(8000)"]
}
system ${system} = [publish(front.web, ${port}) => web]
`;

test.serial("clients ask at one port, and what is not listened at is told by its number", async (t) => {
  const port = await freePort();
  const place = home(t, () => "");
  writeFileSync(place.file, text(place, port, 9090));
  const stage = await enter(t, place, undefined, { settle: false });
  const reason = () =>
    stage.live.status().automata.find(({ name }) => name === "web")?.instances[0]?.reason ?? "";
  await until("it says where it listens", () => /8080/.test(reason()) && /9090/.test(reason()));
  t.notRegex(reason(), /\b80\b/);
  await save(stage, text(place, port, 8080));
  await isConverged(t, stage);
  t.is(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "front from 8080");
});

const marked =
  'require("node:http").createServer((_, response) => response.end(process.argv[2])).listen(+process.argv[1])';

const rolled = ({ system }: Home, port: number, says: number, listens: number | null): string => {
  const run = (mark: number): string =>
    listens === null ? '"setInterval(() => {}, 1000)"' : `${JSON.stringify(marked)}, "${listens}", "${mark}"`;
  return `
protocol Http = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton web { provides web: Http on tcp 80 from ${says} runs exec ["node", "-e", ${run(says)}] instances 2 }
system ${system} = publish(web.web, ${port})
`;
};

test.serial("a program that listens elsewhere rolls: each instance is asked where it listens", async (t) => {
  const port = await freePort();
  const place = home(t, () => "");
  writeFileSync(place.file, rolled(place, port, 8080, 8080));
  const stage = await enter(t, place);
  const users = load(`http://127.0.0.1:${port}/`, 3);
  await users.requests(20);
  await save(stage, rolled(place, port, 9090, 9090));
  await isConverged(t, stage);
  t.is(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "9090");

  const before = [...pidsOf(stage).values()];
  await save(stage, rolled(place, port, 7070, null));
  const told = () =>
    stage.live.status().automata[0]!.instances.some(({ reason }) => /7070/.test(reason ?? ""));
  await until("the successor is told to listen nowhere", told);
  await users.requests(20);
  t.is(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "9090");

  // Another orchestrator finds the roll as it stands.
  await stage.live.stop();
  const next = await enter(t, place, undefined, { settle: false });
  await until("the next one tells it, too", () =>
    next.live.status().automata[0]!.instances.some(({ reason }) => /7070/.test(reason ?? "")),
  );
  await users.requests(20);
  const kept = next.live.status().automata[0]!.instances.filter(({ pid }) => before.includes(pid ?? 0));
  t.deepEqual(
    kept.map(({ state }) => state),
    ["ready", "ready"],
  );
  await save(next, rolled(place, port, 9090, 9090));
  await isConverged(t, next);
  t.deepEqual([...pidsOf(next).values()], before);
  const { answered, failures } = await users.stop();
  t.deepEqual(failures, []);
  t.true(answered > 60, `${answered} requests`);
});
