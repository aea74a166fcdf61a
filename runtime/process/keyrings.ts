/**
 * Keyrings of the kernel belong to users, not to namespaces: an instance that runs as root would have the keys of the machine's
 * root, such as its Kerberos tickets, and those of every other instance.
 */
import { type CallNumbers, filterCalls, refusingFilter } from "../ffi/seccomp.ts";

const x32 = 0x4000_0000;

/** add_key, request_key and keyctl, which follow each other on every architecture, for programs of 64 bits and of 32. */
const keyCalls: Readonly<Record<string, readonly CallNumbers[]>> = {
  x64: [
    { architecture: 0xc000_003e, first: 248, last: 250 },
    { architecture: 0xc000_003e, first: x32 + 248, last: x32 + 250 },
    { architecture: 0x4000_0003, first: 286, last: 288 },
  ],
  arm64: [
    { architecture: 0xc000_00b7, first: 217, last: 219 },
    { architecture: 0x4000_0028, first: 309, last: 311 },
  ],
  riscv64: [
    { architecture: 0xc000_00f3, first: 217, last: 219 },
    { architecture: 0x4000_00f3, first: 217, last: 219 },
  ],
  loong64: [{ architecture: 0xc000_0102, first: 217, last: 219 }],
  ppc64: [
    { architecture: 0xc000_0015, first: 269, last: 271 },
    { architecture: 0x4000_0014, first: 269, last: 271 },
    { architecture: 0x8000_0015, first: 269, last: 271 },
  ],
};

/** From now on neither the calling thread nor what it starts reaches a keyring: EPERM. Throws a `KernelError`. */
export const refuseKeyrings = (): void => filterCalls(refusingFilter(keyCalls[process.arch] ?? []));
