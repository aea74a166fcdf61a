/**
 * Rules that were made with `iptables-legacy`, which nf_tables does not tell of: they are read as that
 * program prints them, where it is installed and its table is in use.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { refusedWith } from "../../../kernel-error.ts";
import type { ForeignRule, Step, Verdict } from "../../../nftables/foreign.ts";
import { nftFamilies } from "../../../nftables/message.ts";
import { findProgram, searchPath } from "../../../process/find-program.ts";
import type { Called } from "./packet.ts";

const run = promisify(execFile);

/** How long the program may take, in milliseconds. */
const timeout = 5_000;

const protocols = new Map([
  ["tcp", 6],
  ["udp", 17],
  ["icmp", 1],
  ["ipv6-icmp", 58],
]);

const nameBytes = (name: string): Uint8Array => {
  // `eth+` means all that begin so.
  const isPrefix = name.endsWith("+");
  const text = new TextEncoder().encode(isPrefix ? name.slice(0, -1) : name);
  if (isPrefix) return text;
  const bytes = new Uint8Array(16);
  bytes.set(text.subarray(0, 16));
  return bytes;
};

const load = (what: string, length: number): Step => ({ _tag: "load", what, to: 0, length });
const compare = (bytes: Uint8Array, isNot: boolean): Step => ({
  _tag: "compare",
  from: 0,
  how: isNot ? 1 : 0,
  bytes,
});
const big = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
const unknown: Step = { _tag: "unknown" };

/** States as the match `conntrack` has them. */
const states = new Map([
  ["INVALID", 1],
  ["ESTABLISHED", 2],
  ["RELATED", 4],
  ["NEW", 8],
  ["SNAT", 0x40],
  ["DNAT", 0x80],
]);

/** `struct xt_conntrack_mtinfo3` with states alone. */
const conntrack = (names: string, isNot: boolean): Step => {
  const info = new Uint8Array(156);
  const view = new DataView(info.buffer);
  view.setUint16(146, 1, true);
  view.setUint16(148, isNot ? 1 : 0, true);
  view.setUint16(
    150,
    names.split(",").reduce((bits, name) => bits | (states.get(name) ?? 0), 0),
    true,
  );
  return { _tag: "match", name: "conntrack", info };
};

const ports = (text: string, isNot: boolean): readonly Step[] => {
  const [low = "", high = low] = text.split(":");
  if (!/^\d+$/.test(low) || !/^\d+$/.test(high)) return [unknown];
  const range: Step = {
    _tag: "range",
    from: 0,
    isInverted: isNot,
    low: big(Number(low)),
    high: big(Number(high)),
  };
  return [load("transport 2", 2), range];
};

const codes = new Map<string, Verdict["code"]>([
  ["ACCEPT", "accept"],
  ["DROP", "drop"],
  ["REJECT", "drop"],
  ["RETURN", "return"],
]);
/** Targets after which the next rule is asked. */
const passing: ReadonlySet<string> = new Set(["LOG", "NFLOG", "MARK", "CONNMARK", "TCPMSS", "TRACE"]);

const target = (name: string, isGoto: boolean, chains: ReadonlySet<string>): Step => {
  const code = codes.get(name);
  if (code !== undefined) return { _tag: "verdict", verdict: { code, chain: "" } };
  if (chains.has(name)) return { _tag: "verdict", verdict: { code: isGoto ? "goto" : "jump", chain: name } };
  return passing.has(name) ? { _tag: "nothing" } : { _tag: "verdict", verdict: { code: "other", chain: "" } };
};

/** The words of a line, of which those in quotes are one. */
const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

/** The steps of a rule as `iptables-save` prints it, behind the name of its chain. */
const stepsOf = (words: readonly string[], chains: ReadonlySet<string>): readonly Step[] => {
  const steps: Step[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const isNot = words[at] === "!";
    if (isNot) at += 1;
    const [word = "", value = ""] = words.slice(at);
    at += 1;
    switch (word) {
      case "-i":
        steps.push(load("iifname", 16), compare(nameBytes(value), isNot));
        break;
      case "-o":
        steps.push(load("oifname", 16), compare(nameBytes(value), isNot));
        break;
      case "-p": {
        const number = protocols.get(value);
        if (number === undefined) steps.push(unknown);
        else steps.push(load("l4proto", 1), compare(Uint8Array.of(number), isNot));
        break;
      }
      case "--dport":
        steps.push(...ports(value, isNot));
        break;
      case "--ctstate":
      case "--state":
        steps.push(conntrack(value, isNot));
        break;
      case "--comment":
      case "--reject-with":
      case "--log-prefix":
      case "--log-level":
        break;
      case "-m":
        if (!["tcp", "udp", "conntrack", "state", "comment"].includes(value)) steps.push(unknown);
        break;
      case "-j":
      case "-g":
        steps.push(target(value, word === "-g", chains));
        break;
      default:
        steps.push(unknown);
        // It may have more words, or none.
        if (value.startsWith("-") || value === "!") at -= 1;
        else while (at + 1 < words.length && !/^(-|!$)/.test(words[at + 1]!)) at += 1;
    }
  }
  return steps;
};

const hookNumbers = new Map([
  ["INPUT", 1],
  ["FORWARD", 2],
]);

/** The chains that a text of `iptables-save -t filter` has for what comes in and what is forwarded. */
export const parseSaved = (text: string, family: number): readonly Called[] => {
  const lines = text.split("\n");
  const policies = new Map(
    lines.flatMap((line) => {
      const [, name, policy] = /^:(\S+) (\S+)/.exec(line) ?? [];
      return name === undefined ? [] : [[name, policy!] as const];
    }),
  );
  const chains: ReadonlySet<string> = new Set(policies.keys());
  const rules = new Map<string, ForeignRule[]>([...chains].map((name) => [name, []]));
  for (const line of lines) {
    if (!line.startsWith("-A ")) continue;
    const [, chain = "", ...words] = wordsOf(line);
    rules.get(chain)?.push({ family, table: "filter", chain, steps: stepsOf(words, chains) });
  }
  const table = { rules, elements: () => [] };
  return [...hookNumbers].flatMap(([name, number]) => {
    const policy = policies.get(name);
    if (policy === undefined) return [];
    const hook = { type: "filter", number, drops: policy === "DROP" };
    return [{ chain: { family, table: "filter", name, hook, isLegacy: true }, table }];
  });
};

const isInUse = (names: string): boolean => {
  try {
    return readFileSync(`/proc/thread-self/net/${names}`, "utf8").split("\n").includes("filter");
  } catch (error) {
    if (refusedWith(error, "ENOENT", "EACCES")) return false;
    throw error;
  }
};

const read = async (names: string, tool: string, family: number): Promise<readonly Called[]> => {
  if (!isInUse(names)) return [];
  const path = `${searchPath()}:/usr/sbin:/sbin`;
  try {
    const { stdout } = await run(findProgram(`${tool}-legacy-save`, path, "/"), ["-t", "filter"], {
      cwd: "/",
      env: { ...process.env, PATH: path },
      timeout,
      maxBuffer: 64 << 20,
    });
    return parseSaved(stdout, family);
  } catch {
    return []; // it is not installed, or takes too long: then nothing is said of its rules
  }
};

/** All that `iptables-legacy` and `ip6tables-legacy` have in the namespace that the calling thread is in. */
export const readLegacy = async (): Promise<readonly Called[]> => [
  ...(await read("ip_tables_names", "iptables", nftFamilies.ip)),
  ...(await read("ip6_tables_names", "ip6tables", nftFamilies.ip6)),
];
