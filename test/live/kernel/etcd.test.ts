/** Members of a cluster that find each other: three of etcd, as one automaton that is wired to itself. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { keptDirVariable } from "../../../runtime/process/kept/places.ts";
import { kernelTest as kernel } from "../../runtime/netns/lab.ts";
import { installed } from "./servers.ts";
import { enter, type Home, home, isConverged, pidsOf, type Stage, until } from "./stage.ts";

/** Each is called as its siblings resolve it. */
const script = `
me=peers-$ARCHITECT_INSTANCE
all=$(echo "$PEERS_ADDRS" | sed 's#\\([^:,]*\\):\\([0-9]*\\)#\\1=http://\\1:\\2#g')
exec etcd --name $me --data-dir /no-such-data/etcd --initial-cluster "$all" \\
  --listen-peer-urls http://0.0.0.0:$PORT_PEER --initial-advertise-peer-urls http://$me:$PORT_PEER \\
  --listen-client-urls http://0.0.0.0:$PORT_CLIENT --advertise-client-urls http://$me:$PORT_CLIENT`;

const text = ({ system }: Home): string => `
protocol Raft = mu t. &{ call: ?Bytes . !Bytes . t, quit: end }
protocol Kv = mu t. &{ call: ?Bytes . !Bytes . t, quit: end, watch: end }
automaton etcd {
  provides client: Kv on tcp 2379
  provides peer: Raft on tcp 2380
  requires peers: each Raft
  runs exec ["sh", "-c", ${JSON.stringify(script).replaceAll("$", "\\$")}]
  state data at "/no-such-data"
  health http "/health" every 200ms
  instances 3
}
system ${system} = etcd(peers = etcd.peer)
`;

/** In an instance; null where it failed. */
const etcdctl = (stage: Stage, index: number, ...words: readonly string[]): string | null => {
  const pid = pidsOf(stage).get(`etcd.${index}`);
  if (pid == null) return null;
  const ran = spawnSync("nsenter", ["-t", String(pid), "-n", "-m", "-p", "--", "etcdctl", ...words], {
    encoding: "utf8",
    timeout: 20_000,
    env: { ...process.env, ETCDCTL_API: "3" },
  });
  return ran.status === 0 ? ran.stdout.trim() : null;
};

installed(kernel, ["etcd", "etcdctl"]).serial("three members of etcd keep what they were told", async (t) => {
  const place = home(t, () => "");
  process.env[keptDirVariable] = `${place.directory}/kept`;
  t.teardown(() => {
    delete process.env[keptDirVariable];
  });
  writeFileSync(place.file, text(place));
  const stage = await enter(t, place);
  // None is ready before it has found another: `/health` asks for a leader.
  await isConverged(t, stage);
  const members = etcdctl(stage, 0, "member", "list")!.split("\n");
  t.deepEqual(members.map((line) => line.split(", ").slice(1, 4).join(" ")).sort(), [
    "started peers-0 http://peers-0:2380",
    "started peers-1 http://peers-1:2380",
    "started peers-2 http://peers-2:2380",
  ]);
  t.is(etcdctl(stage, 0, "put", "key", "first"), "OK");
  t.is(etcdctl(stage, 2, "get", "key", "--print-value-only"), "first");
  // They are wired at the port of their peers, and nowhere else.
  t.is(etcdctl(stage, 0, "--endpoints=http://peers-1:2379", "--command-timeout=2s", "get", "key"), null);

  const pid = pidsOf(stage).get("etcd.1")!;
  process.kill(pid, "SIGKILL");
  await until("two of three take what is said", () => etcdctl(stage, 0, "put", "key", "second") === "OK");
  await until("the third is back", () => ![null, undefined, pid].includes(pidsOf(stage).get("etcd.1")));
  await isConverged(t, stage);
  t.is(etcdctl(stage, 1, "get", "key", "--print-value-only"), "second");
});
