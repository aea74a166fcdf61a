/** What the commands tell of the host that a system publishes on: drift of what is ours, warnings of what is not. */
import { execFileSync } from "node:child_process";
import test, { type ExecutionContext } from "ava";
import type { Status } from "../../../src/live/control/status.ts";
import { freePort } from "../../fresh.ts";
import { enterOwnHost, ip } from "../../runtime/netns/host/own-host.ts";
import { nft } from "../../runtime/nft.ts";
import { until } from "../../until.ts";
import { architect, folder, type Ran } from "../binary.ts";
import { start, systemOf } from "../running.ts";

enterOwnHost();
// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const serve = `
import { createServer } from "node:http";
createServer((_, response) => response.end("hello\\n")).listen(8080, "::");
`;

const programOf = (system: string, port: number): string => `
protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton page { provides web: Web on tcp 8080  runs exec ["node", "serve.mjs"] }
system ${system} = publish(page.web, ${port})
`;

const scene = async (t: ExecutionContext) => {
  const [system, port] = [systemOf(t), await freePort()];
  // A machine with a network beside the loopback.
  ip("link add lan type veth peer name elsewhere");
  t.teardown(() => ip("link del lan"));
  for (const words of ["addr add 198.18.0.1/24 dev lan", "link set lan up", "link set elsewhere up"])
    ip(words);
  const cwd = folder(t, { "main.arch": programOf(system, port), "serve.mjs": serve });
  t.teardown(() => architect(["down", system]));
  t.teardown(() => nft(null, "flush", "ruleset"));
  const ask = (...args: readonly string[]): Promise<Ran> => architect(args, { cwd });
  const status = async (): Promise<Status> => JSON.parse((await ask("status", system, "--json")).out);
  return { system, port, cwd, ask, status };
};

const shut = (): void => {
  nft(null, "add table ip filter { chain FORWARD { type filter hook forward priority 0; policy drop; }; }");
};
const warning = (port: number): RegExp =>
  new RegExp(
    `FORWARD of iptables drops what other machines send by lan to published ports \\(tcp ${port}\\); allow it with: iptables -I FORWARD -o arch\\w+ -j ACCEPT && iptables -I FORWARD -i arch\\w+ -j ACCEPT`,
  );

kernel("apply and status warn of a firewall that keeps others from a published port", async (t) => {
  const { system, port, ask, status } = await scene(t);
  shut();
  const applied = await ask("apply", "main.arch");
  t.is(applied.code, 0, applied.err);
  t.regex(applied.err, new RegExp(`^warning: ${warning(port).source}$`, "m"));
  t.is(JSON.parse((await ask("apply", "main.arch", "--json")).out).warnings.length, 1);
  const seen = await status();
  t.like(seen, { state: "converged", orchestrator: null, problems: [] });
  t.is(seen.warnings.length, 1);
  t.regex(seen.warnings[0]!, warning(port));
  const said = (await ask("status", system)).out;
  t.regex(said, new RegExp(`^warning: ${warning(port).source}$`, "m"));
});

kernel("while a system runs, a warning comes and goes, and what is ours is put back", async (t) => {
  const { system, port, cwd, status } = await scene(t);
  const running = start(t, ["run", "main.arch"], cwd);
  await running.says(`localhost:${port}`);
  t.deepEqual((await status()).warnings, []);
  shut();
  await running.says(new RegExp(`warning +${warning(port).source}`));
  const seen = await status();
  t.like(seen, { state: "converged", problems: [] });
  t.regex(seen.warnings[0] ?? "", warning(port));
  nft(null, "delete", "table", "ip", "filter");
  await running.says(new RegExp(`resolved +no longer: ${warning(port).source}`));
  t.deepEqual((await status()).warnings, []);

  const before = running.printed().length;
  execFileSync("sysctl", ["-qw", "net.ipv4.ip_forward=0"]);
  // It is not converged meanwhile: else it would not be told that it is again.
  await until(
    () => `it is converged again: ${running.printed().slice(before)}`,
    () =>
      /drift +net\.ipv4\.ip_forward was set to 0[\s\S]*repaired [\s\S]*converged +the system is converged/.test(
        running.printed().slice(before),
      ),
    60_000,
  );
  t.is(execFileSync("sysctl", ["-n", "net.ipv4.ip_forward"], { encoding: "utf8" }).trim(), "1");
  running.child.kill("SIGTERM");
  t.is(await running.ended, 0);
  t.is(execFileSync("sysctl", ["-n", "net.ipv4.ip_forward"], { encoding: "utf8" }).trim(), "0");
  t.false(ip("-br link").includes("arch"), system);
});
