/** Names of a test's own: /etc/resolv.conf and /etc/hosts as this process and those that it starts see them. */
import { mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { CLONE_NEWNS, MS_BIND, MS_REC, MS_SLAVE, mount, unshare } from "../runtime/ffi/libc.ts";

export interface OwnNames {
  /** What /etc/resolv.conf says. */
  servers(...addresses: readonly string[]): void;
  /** What /etc/hosts says besides the names of the loopback. */
  table(lines: string): void;
}

/** Gives this process a view of files of its own, in which the name server is at 127.0.0.1. To be called before anything else. */
export const enterOwnNames = (): OwnNames => {
  if (process.getuid?.() !== 0) return { table: () => {}, servers: () => {} };
  const directory = mkdtempSync(`${tmpdir()}/architect-names-`);
  unshare(CLONE_NEWNS);
  mount("none", "/", null, MS_REC | MS_SLAVE);
  const own = (path: string, text: string): string => {
    const file = `${directory}/${path.slice("/etc/".length)}`;
    writeFileSync(file, text);
    mount(file, realpathSync(path), null, MS_BIND);
    return file;
  };
  const resolv = own("/etc/resolv.conf", "nameserver 127.0.0.1\n");
  const loopback = "127.0.0.1 localhost\n::1 localhost\n";
  const hosts = own("/etc/hosts", loopback);
  return {
    servers: (...addresses) => writeFileSync(resolv, addresses.map((one) => `nameserver ${one}\n`).join("")),
    table: (lines) => writeFileSync(hosts, `${loopback}${lines}\n`),
  };
};
