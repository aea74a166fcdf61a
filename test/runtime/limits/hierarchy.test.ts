/** Where cgroups are made, on files that stand for those of the kernel. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import { baseIn, hierarchyOf, type Kernel } from "../../../runtime/limits/hierarchy.ts";

/** A directory with the two files of /proc; `at` in them stands for it. */
const kernel = (t: ExecutionContext, mountinfo: string, cgroup: string): Kernel & { readonly at: string } => {
  const at = mkdtempSync(`${tmpdir()}/architect-cgroups-`);
  t.teardown(() => rmSync(at, { recursive: true }));
  const files = { mountinfo: `${at}/mountinfo`, cgroup: `${at}/cgroup`, at };
  writeFileSync(files.mountinfo, mountinfo.replaceAll("AT", at));
  writeFileSync(files.cgroup, cgroup);
  return files;
};

const first = `31 23 0:28 / AT rw - tmpfs tmpfs rw
32 31 0:29 / AT/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 /docker/abc AT/memory rw,relatime shared:3 - cgroup cgroup rw,memory
`;

test("a hierarchy of version 1 is the one that has the controller, also of a container's own part of it", (t) => {
  const files = kernel(t, first, "4:memory:/docker/abc/in\n2:cpu,cpuacct:/\n0::/\n");
  t.deepEqual(hierarchyOf("memory", files), { version: 1, mount: `${files.at}/memory`, own: "in" });
  t.deepEqual(hierarchyOf("cpu", files), { version: 1, mount: `${files.at}/cpu,cpuacct`, own: "" });
  t.is(hierarchyOf("pids", files), null);
});

test("beside those of version 1, version 2 has what is left", (t) => {
  const files = kernel(t, `${first}41 31 0:38 / AT/unified rw - cgroup2 cgroup2 rw\n`, "0::/user.slice/a\n");
  mkdirSync(`${files.at}/unified`);
  writeFileSync(`${files.at}/unified/cgroup.controllers`, "memory pids\n");
  t.deepEqual(hierarchyOf("pids", files), { version: 2, mount: `${files.at}/unified`, own: "user.slice/a" });
  t.is(hierarchyOf("memory", files)?.version, 1);
});

test("of cgroups that nobody may write to, the refusal of the topmost is told", (t) => {
  const at = "/proc/sys"; // where even root makes nothing
  const error = t.throws(() => baseIn({ version: 2, mount: at, own: "" }, "memory"));
  t.regex(error!.message, /\/proc\/sys/);
});

test("the topmost cgroup that has the controller is taken", (t) => {
  const { at } = kernel(t, "", "");
  mkdirSync(`${at}/user/app`, { recursive: true });
  writeFileSync(`${at}/user/cgroup.controllers`, "pids memory\n");
  writeFileSync(`${at}/user/app/cgroup.controllers`, "pids memory\n");
  t.is(baseIn({ version: 2, mount: at, own: "user/app" }, "memory"), `${at}/user`);
  t.throws(() => baseIn({ version: 2, mount: at, own: "user/app" }, "cpu"), {
    message: /no controller cpu/,
  });
  t.is(baseIn({ version: 1, mount: at, own: "user/app" }, "cpu"), at);
});
