/** Guests of instances in which nothing runs: they go with the instance, and not before. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { namespaceInode } from "../../../runtime/namespaces.ts";
import { netnsInode } from "../../../runtime/process/proc.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { enter, home, isConverged, save, until } from "./stage.ts";

test.serial("a guest of a bare instance goes with it, and others stay", async (t) => {
  const text = (system: string, count: number): string =>
    `automaton a { instances ${count} }\nsystem ${system} = a\n`;
  const stage = await enter(
    t,
    home(t, (system) => text(system, 2)),
  );
  const guests = [0, 1].map((index) => {
    const netns = `${stage.system}.a.${index}`;
    const child = spawn("ip", ["netns", "exec", netns, "sleep", "610"], { stdio: "ignore" });
    t.teardown(() => child.kill("SIGKILL"));
    return { child, netns };
  });
  for (const { child, netns } of guests)
    await until("the guest is inside", () => netnsInode(child.pid!) === namespaceInode(netns));
  const [first, second] = guests as [(typeof guests)[number], (typeof guests)[number]];
  const ended = once(second.child, "exit");
  await save(stage, text(stage.system, 1));
  await ended;
  await isConverged(t, stage);
  t.is(netnsInode(first.child.pid!), namespaceInode(first.netns), "as the kernel knows it, the other stays");
  const gone = once(first.child, "exit");
  t.deepEqual(await stage.live.remove(), []);
  await gone;
});
