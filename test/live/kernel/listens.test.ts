/** `provides PORT: P on tcp N from M`: a program that cannot be told its port, behind the one that clients expect. */
import { writeFileSync } from "node:fs";
import { freePort } from "../../fresh.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { enter, type Home, home, isConverged, save, until } from "./stage.ts";

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
