/**
 * A host of a test's own: this process moves into a network of its own, in which systems then
 * publish. What it does to the host's settings, links and rules, no other test sees.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { CLONE_NEWNET, unshare } from "../../../../runtime/ffi/libc.ts";

/** Runs `ip` with these words. */
export const ip = (words: string): string => execFileSync("ip", words.split(" "), { encoding: "utf8" });

/** Moves this process, and those that it starts from now on, into a network in which only the loopback is up. */
export const enterOwnHost = (): void => {
  if (process.getuid?.() !== 0) return;
  unshare(CLONE_NEWNET);
  ip("link set lo up");
  // A new network takes IPv4's settings from the machine's: here nothing forwards, as by default.
  for (const path of ["ipv4/ip_forward", "ipv6/conf/all/forwarding"])
    writeFileSync(`/proc/sys/net/${path}`, "0");
};
