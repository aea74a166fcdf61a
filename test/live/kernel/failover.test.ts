/** A real proxy that finds a service by its name, while instances of the service die. */
import { writeFileSync } from "node:fs";
import { freePort } from "../../fresh.ts";
import { kernelTest } from "../../runtime/netns/lab.ts";
import { load } from "./load.ts";
import { installed } from "./servers.ts";
import { enter, home, isConverged, pidsOf, until } from "./stage.ts";

const test = installed(kernelTest, ["nginx"]);

/** What it has of an upstream is what the name resolves to, and of each address it remembers failures for 10 s: the default. */
const configuration = `
daemon off;
pid /tmp/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  upstream app { server app:3000; }
  server { listen 8080; location / { proxy_pass http://app; } }
}
`;

const serve = "require('node:http').createServer((q, a) => a.end('well')).listen(3000)";

const text = (system: string, port: number, file: string): string => `
protocol Http = mu t. &{ request: ?Bytes . !Bytes . t, close: end }
automaton app { provides http: Http on tcp 3000 runs exec ["node", "-e", ${JSON.stringify(serve)}] instances 2 }
automaton proxy { provides http: Http on tcp 8080 requires app: Http runs exec ["nginx", "-c", "${file}"] }
system ${system} = [proxy => app, publish(proxy.http, ${port})]
`;

test.serial("a proxy goes on serving when an instance behind a name is killed", async (t) => {
  const port = await freePort();
  const place = home(t, (system) => text(system, port, `/tmp/${system}.conf`));
  const file = `${place.directory}/nginx.conf`;
  writeFileSync(file, configuration);
  writeFileSync(place.file, text(place.system, port, file));
  const stage = await enter(t, place);
  const users = load(`http://127.0.0.1:${port}/`, 4);
  await users.requests(20);
  const victim = pidsOf(stage).get("app.0")!;
  process.kill(victim, "SIGKILL");
  await until(
    "it is started again",
    () => {
      const pid = pidsOf(stage).get("app.0");
      return pid !== victim && pid !== null;
    },
    60_000,
  );
  await stage.live.settled();
  const { answered, failures, outage } = await users.stop();
  t.log(`${answered} requests, ${failures.length} failed within ${Math.round(outage)} ms`);
  // Of two addresses of one service nginx would have given both up by now, for ten seconds.
  const later = load(`http://127.0.0.1:${port}/`, 4);
  await later.requests(40);
  const after = await later.stop();
  t.deepEqual(after.failures.slice(0, 5), []);
  await isConverged(t, stage);
});
