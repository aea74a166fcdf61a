/** Systems of a test's own on the real kernel, and their removal. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { ExecutionContext } from "ava";
import anyTest, { type TestFn } from "ava";
import { releaseNetnsDirectory } from "../../../runtime/namespaces.ts";
import { NetnsBase } from "../../../runtime/netns/base.ts";
import { HostPublisher } from "../../../runtime/netns/host/publisher.ts";
import { isOwn } from "../../../runtime/netns/marker.ts";
import { ProcessManager } from "../../../runtime/process/process-manager.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { ownedOf } from "./owned.ts";

const isRoot = process.getuid?.() === 0;

/** Tests of the kernel: skipped, visibly, where there are no rights. */
export const kernelTest: TestFn = isRoot
  ? anyTest
  : (((title: string) => anyTest.skip(`${title} (needs root)`, () => {})) as unknown as TestFn);

const directories = new WeakMap<ExecutionContext, string>();

const directoryOf = (t: ExecutionContext): string => {
  const there = directories.get(t);
  if (there !== undefined) return there;
  const made = mkdtempSync(`${tmpdir()}/architect-test-`);
  directories.set(t, made);
  t.teardown(() => rmSync(made, { recursive: true }));
  return made;
};

/** A base case whose system is gone when the test ends. */
export const open = (t: ExecutionContext, system: string): NetnsBase => {
  const state = new SystemState(system, `${directoryOf(t)}/state`);
  const manager = new ProcessManager(state, {
    graceMs: 1_000,
    isOurs: (namespace) => isOwn(namespace, ownedOf(system)),
  });
  const base = new NetnsBase(ownedOf(system), manager, new HostPublisher(ownedOf(system)));
  t.teardown(async () => {
    const failures = await base.destroy();
    await base.close();
    releaseNetnsDirectory();
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
  });
  return base;
};
