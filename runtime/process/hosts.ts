/**
 * The host table of an automaton: the file that its instances see as /etc/hosts. It
 * is mounted into each, so it is one inode for ever and is written in place. The lists of
 * instances that belong to it are files of their own (`host-lists.ts`).
 */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { type Hosts, hostsKey } from "../../src/core/resource.ts";
import { refusedWith } from "../kernel-error.ts";
import { readHostLists, writeHostLists } from "./host-lists.ts";
import { hasNameServers, nameServersText } from "./name-servers.ts";
import type { SystemState } from "./state.ts";

const banner = "# The names of";

/**
 * The part that every host table has. The machine's own name must resolve inside too, unless a
 * requirement has that name: it means the service then.
 */
const fixed = (entries: Hosts["entries"] = []): string => {
  const own = hostname();
  const isFree = !entries.some(({ name }) => name === own.toLowerCase());
  const machine = isFree && /^[A-Za-z0-9.-]+$/.test(own) ? `127.0.1.1 ${own}\n` : "";
  return `127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n${machine}`;
};

/** The text of a host table, as hosts(5) has it; `parseHosts` reads it back. */
export const renderHosts = (hosts: Hosts): string => {
  const lines = hosts.entries.flatMap(({ name, addresses }) =>
    addresses.map((address) => `${address} ${name}`),
  );
  return `${fixed(hosts.entries)}${[`${banner} ${hosts.automaton}`, ...lines].join("\n")}\n`;
};

/** The host table that a file holds; null for one that nothing has been said about. */
export const parseHosts = (text: string): Hosts | null => {
  const lines = text
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
  const start = lines.findIndex((line) => line.startsWith(`${banner} `));
  if (start === -1) return null;
  const automaton = lines[start]!.slice(banner.length + 1);
  const addresses = new Map<string, string[]>();
  for (const line of lines.slice(start + 1)) {
    const [address = "", name = ""] = line.split(" ");
    const known = addresses.get(name);
    if (known === undefined) addresses.set(name, [address]);
    else known.push(address);
  }
  const entries = [...addresses].map(([name, all]) => ({ name, addresses: all }));
  return { kind: "hosts", key: hostsKey(automaton), automaton, entries };
};

/**
 * A file is so many bytes long, or a multiple of it. Readers begin at multiples of it,
 * then: where they read by larger blocks, as the C library does, and where a file ended
 * that has grown since.
 */
const block = 128;

/** Fills lines up with spaces so that none lies across two blocks. */
const inBlocks = (text: string): string => {
  let laid = "";
  let used = 0;
  const fill = (gap: number): void => {
    if (gap === 0) return;
    laid = `${laid.slice(0, -1)}${" ".repeat(gap)}\n`;
    used += gap;
  };
  for (const line of text.split(/(?<=\n)/)) {
    const length = Buffer.byteLength(line);
    const room = block - (used % block);
    if (length > room && length <= block) fill(room);
    laid += line;
    used += length;
  }
  fill((block - (used % block)) % block);
  return laid;
};

/** One line of blanks, wherever blocks begin in it. */
const blank = (length: number): string => (length <= 0 ? "" : `${" ".repeat(length - 1)}\n`);

/**
 * Writes over a file by whole blocks, and never shortens it, so that a reader
 * meanwhile, block by block, finds whole lines, each as it was or as it is now.
 */
const overwrite = (path: string, text: string): void => {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  const fd = openSync(path, flags, 0o644);
  try {
    fchmodSync(fd, 0o644); // whatever the umask: programs of any user read it
    const bytes = Buffer.from(inBlocks(text));
    const rest = Buffer.from(blank(fstatSync(fd).size - bytes.length));
    writeSync(fd, Buffer.concat([bytes, rest]), 0, null, 0);
  } finally {
    closeSync(fd);
  }
};

/** What processes of the automaton that run already see from now on. */
export const writeHosts = (state: SystemState, hosts: Hosts): void => {
  // Whoever reads of an instance in a list finds its name.
  overwrite(state.hostsFile(hosts.automaton), renderHosts(hosts));
  writeHostLists(state, hosts.automaton, hosts.lists ?? []);
  overwrite(state.makeResolvFile(hosts.automaton), hosts.internet === true ? nameServersText() : "");
};

/** Takes the names back. The file stays: it may be mounted in processes. */
export const clearHosts = (state: SystemState, automaton: string): void => {
  writeHostLists(state, automaton, []);
  overwrite(state.makeResolvFile(automaton), "");
  overwrite(state.hostsFile(automaton), fixed());
};

/** The file to mount; with no names in it where nothing was said about the automaton. */
export const hostsFile = (state: SystemState, automaton: string): string => {
  const path = state.hostsFile(automaton);
  try {
    closeSync(openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW));
  } catch (error) {
    if (!refusedWith(error, "ENOENT")) throw error;
    overwrite(path, fixed());
  }
  return path;
};

/** What to mount as /etc/resolv.conf; nothing in it where nothing was said about the automaton. */
export const resolvFile = (state: SystemState, automaton: string): string => {
  const path = state.makeResolvFile(automaton);
  if (!existsSync(path)) overwrite(path, "");
  return path;
};

/** The host tables that exist. */
export const readHosts = (state: SystemState): readonly Hosts[] => {
  const directory = `${state.directory}/hosts`;
  try {
    return readdirSync(directory)
      .map((name) => parseHosts(readFileSync(`${directory}/${name}`, "utf8")))
      .filter((hosts) => hosts !== null)
      .map((hosts) => {
        const lists = readHostLists(state, hosts.automaton);
        const isOut = hasNameServers(state.resolvFile(hosts.automaton));
        return {
          ...hosts,
          ...(lists.length === 0 ? {} : { lists }),
          ...(isOut ? { internet: true } : {}),
        };
      });
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return [];
    throw error;
  }
};
