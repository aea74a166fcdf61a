/** The name servers of an instance, where /etc/resolv.conf is a link into /run, as systemd-resolved has it. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import test from "ava";
import {
  CLONE_NEWNS,
  MS_BIND,
  MS_NODEV,
  MS_REC,
  MS_SLAVE,
  mount,
  unshare,
} from "../../../runtime/ffi/libc.ts";
import { until } from "../../until.ts";
import { isRoot, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test.serial : test.serial.skip; // needs root: mounts, and enters namespaces
const machines = "nameserver 127.0.0.53\n";

/** Gives this process an /etc of its own, and the link; returns where that leads. */
const enterLinked = (): string => {
  unshare(CLONE_NEWNS);
  mount("none", "/", null, MS_REC | MS_SLAVE);
  const etc = mkdtempSync(`${tmpdir()}/architect-etc-`);
  mount("architect", etc, "tmpfs", MS_NODEV);
  cpSync("/etc", etc, { recursive: true, verbatimSymlinks: true });
  const directory = mkdtempSync("/run/architect-resolve-");
  writeFileSync(`${directory}/stub.conf`, machines);
  rmSync(`${etc}/resolv.conf`, { force: true });
  symlinkSync(`../${directory}/stub.conf`, `${etc}/resolv.conf`);
  mount(etc, "/etc", null, MS_BIND);
  return directory;
};
const directory = isRoot ? enterLinked() : "";
test.after.always(() => {
  if (directory !== "") rmSync(directory, { recursive: true });
});

kernel("an instance sees its own name servers, or none, and the machine's stay as they are", async (t) => {
  const it = sandbox(t);
  const manager = it.manager();
  const own = "nameserver 192.0.2.53\n";
  writeFileSync(it.state.makeResolvFile("out"), own);
  const seen = async (automaton: string): Promise<string> => {
    const log = it.state.logFile(automaton, 0);
    await manager.start(
      it.process(automaton, ["sh", "-c", "cat /etc/resolv.conf; echo done; exec sleep 80"]),
    );
    await until(
      `${automaton} is done`,
      () => existsSync(log) && readFileSync(log, "utf8").endsWith("done\n"),
    );
    return readFileSync(log, "utf8").slice(0, -"done\n".length);
  };
  t.is(await seen("out"), own);
  t.is(await seen("in"), "");
  t.is(readFileSync("/etc/resolv.conf", "utf8"), machines);
});
