/** What `grants` says, on this machine: what it comes to, and what it cannot come to. */
import { readFileSync } from "node:fs";
import { type CapabilityName, capabilityNumber, usualCapabilities } from "../../src/core/capabilities.ts";
import { KernelError } from "../kernel-error.ts";
import { isInside } from "../rootless/places.ts";

/** What root of a user namespace may do to what is its own; all else is only the machine's root's to do. */
const ofUserNamespaces: ReadonlySet<CapabilityName> = new Set([
  ...usualCapabilities,
  "dac_read_search",
  "net_broadcast",
  "net_admin",
  "ipc_owner",
  "sys_ptrace",
  "sys_admin",
  "checkpoint_restore",
]);

/** A set of capabilities, as `/proc/PID/status` shows it. */
const setIn = (status: string, field: "CapEff" | "CapBnd"): bigint =>
  BigInt(`0x${new RegExp(`^${field}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1] ?? "0"}`);

/** Whether any of them is more than every program gets that runs as root. */
export const grantsMore = (grants: readonly CapabilityName[]): boolean =>
  grants.some((name) => !usualCapabilities.includes(name));

const hasBit = (set: bigint, name: CapabilityName): boolean =>
  ((set >> BigInt(capabilityNumber(name))) & 1n) === 1n;

/** Why this machine does not grant what is to be granted, a sentence each. */
export const grantsRefused = (grants: readonly CapabilityName[]): readonly string[] => {
  if (grants.length === 0) return [];
  const own = setIn(readFileSync("/proc/self/status", "latin1"), "CapEff");
  return grants.flatMap((name) =>
    !hasBit(own, name)
      ? [`${name} is not granted: who runs the system here has not got it`]
      : isInside() && !ofUserNamespaces.has(name)
        ? [`${name} is not granted: it takes root of the machine`]
        : [],
  );
};

/** Makes sure that a program has no more than it is to have. Throws a `KernelError` where it has. */
export const verifyBounds = (pid: number, grants: readonly CapabilityName[]): void => {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, "latin1");
  } catch {
    return; // gone already
  }
  const allowed = [...usualCapabilities, ...grants].reduce(
    (set, name) => set | (1n << BigInt(capabilityNumber(name))),
    0n,
  );
  const more = setIn(status, "CapBnd") & ~allowed;
  if (more !== 0n)
    throw new KernelError(
      `bound what process ${pid} may do`,
      "EPERM",
      `it has 0x${more.toString(16)} beside what it is granted`,
    );
};
