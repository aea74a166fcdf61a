/** A publication that fails, and cannot be taken back either: what failed first is told, and the second too. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import anyTest, { type TestFn } from "ava";
import { KernelError, throwUndone } from "../../../../runtime/kernel-error.ts";
import { HostPublisher } from "../../../../runtime/netns/host/publisher.ts";
import type { Hub } from "../../../../runtime/netns/hub.ts";
import { RelayedPublisher } from "../../../../runtime/relay/publisher.ts";
import type { Publication } from "../../../../src/core/resource.ts";
import { freePort, freshName } from "../../../fresh.ts";
import { resourcesOf } from "../../model.ts";
import { idlePublisher } from "../idle-publisher.ts";
import { kernelTest } from "../lab.ts";
import { ownedOf } from "../owned.ts";
import { enterOwnHost } from "./own-host.ts";

const test = anyTest as TestFn;
enterOwnHost();

const publicationOf = async (system: string): Promise<Publication> => {
  const automata = [
    { name: "a", count: 1, offers: [{ port: "web", transport: "tcp", number: 8080 }] },
  ] as const;
  const publications = [{ to: "a.web", hostPort: await freePort() }];
  const found = resourcesOf({ system, automata, publications }).find(({ kind }) => kind === "publication");
  return found as Publication;
};

/** A hub that is going away: whatever is asked of it fails, each time in other words. */
const vanishing = (): Hub => {
  let count = 0;
  return new Proxy({} as Hub, {
    get: () => {
      count += 1;
      throw new KernelError(`ask for the ${count}.`, count === 1 ? "EIO" : "ENODEV", `failure ${count}`);
    },
  });
};

kernelTest("by rules of the host", async (t) => {
  const system = freshName();
  const publisher = new HostPublisher(ownedOf(system));
  t.teardown(() => publisher.close());
  t.teardown(() => publisher.destroy());
  const error = await t.throwsAsync(publisher.publish(await publicationOf(system), vanishing()), {
    instanceOf: KernelError,
    code: "EIO",
  });
  t.is(
    error!.message,
    "ask for the 1.: failure 1; to undo it failed as well: ask for the 2.: failure 2 (ENODEV) (EIO)",
  );
});

test("by a relay", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "norelay-"));
  t.teardown(() => rmSync(root, { recursive: true }));
  const rules = {
    ...idlePublisher,
    unpublish: () => Promise.reject(new KernelError("remove rules", "ENODEV", "no such device")),
  };
  const publisher = new RelayedPublisher("s", root, rules);
  const error = await t.throwsAsync(publisher.publish(await publicationOf("s"), vanishing()), {
    instanceOf: KernelError,
    code: "ENOENT",
  });
  t.regex(
    error!.message,
    /^ask the relay of published ports: connect ENOENT .*; to undo it failed as well: remove rules: no such device \(ENODEV\) \(ENOENT\)$/,
  );
});

test("what could be undone is told as it was; an error of ours loses nothing either", async (t) => {
  const first = new KernelError("do", "EIO", "first");
  let undone = 0;
  const undo = async (): Promise<void> => {
    undone += 1;
  };
  t.is(await t.throwsAsync(throwUndone(first, undo)), first);
  t.is(undone, 1);
  const second = new TypeError("second");
  const both = await t.throwsAsync(
    throwUndone(first, () => Promise.reject(second)),
    { instanceOf: AggregateError },
  );
  t.deepEqual(both!.errors, [first, second]);
  t.is(both!.message, "do: first (EIO); to undo it failed as well: second");
});
