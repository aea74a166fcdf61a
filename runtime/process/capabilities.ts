/** What a process may still do as root: the usual capabilities, and those that it is granted. */
import { type CapabilityName, capabilityNumber, usualCapabilities } from "../../src/core/capabilities.ts";
import { bind, checked } from "../ffi/libc.ts";

const usual = new Set(usualCapabilities.map(capabilityNumber));

const PR_CAPBSET_READ = 23;
const PR_CAPBSET_DROP = 24;
const prctl = bind<[number, number, number, number, number], number>(
  "int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)",
);

/** What no program started by the calling thread may gain, which gains what is usual and what it is granted. */
export const capabilitiesDropped = (grants: readonly CapabilityName[] = []): readonly number[] => {
  const granted = new Set(grants.map(capabilityNumber));
  const dropped: number[] = [];
  for (let capability = 0; ; capability++) {
    const bounded = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
    // Reading a capability that the kernel does not know fails: there the list ends.
    if (bounded === -1) return dropped;
    if (bounded === 1 && !usual.has(capability) && !granted.has(capability)) dropped.push(capability);
  }
};

/** Bounds what programs started by the calling thread can gain. The thread itself keeps what it has. */
export const boundCapabilities = (grants: readonly CapabilityName[] = []): void => {
  for (const capability of capabilitiesDropped(grants))
    checked("drop a capability", prctl(PR_CAPBSET_DROP, capability, 0, 0, 0));
};
