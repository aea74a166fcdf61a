/**
 * The user and the groups of one thread, or of a child before it becomes another program. The functions of the C
 * library would change every thread of the process, so the kernel is called directly.
 */
import { constants } from "node:fs";
import { KernelError, refusedWith } from "../kernel-error.ts";
import { type Call, calls } from "./calls.ts";
import { bind, checked } from "./libc.ts";

/** Whom a process is: the numbers of its user, its group, and all its groups. */
export interface ProcessIdentity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** System calls from before Linux 5.1 have numbers of their own on each architecture. */
const numbersOf: Readonly<
  Record<string, readonly [getgroups: number, setgroups: number, setgid: number, setuid: number]>
> = {
  x64: [115, 116, 119, 117],
  arm64: [158, 159, 149, 147],
  riscv64: [158, 159, 149, 147],
  loong64: [158, 159, 149, 147],
  ppc64: [80, 81, 169, 164],
};

const numbers = (): readonly [number, number, number, number] => {
  const known = numbersOf[process.arch];
  if (known !== undefined) return known;
  throw new KernelError("run as another user", "ENOSYS", `nobody told us how on ${process.arch}`);
};

const asIs = 0xffff_ffff;
const bytesOf = (groups: readonly number[]): Buffer => Buffer.from(Uint32Array.from(groups).buffer);

/** The calls by which a child takes another identity, for good. */
export const identityCalls = ({ uid, gid, groups }: ProcessIdentity): readonly Call[] => {
  const [, setgroups, setresgid, setresuid] = numbers();
  return [
    calls.system(setgroups, groups.length, bytesOf(groups)),
    calls.system(setresgid, gid, gid, gid),
    calls.system(setresuid, uid, uid, uid),
  ];
};

/** Nobody's group, by convention. */
const nobody = 65_534;

/**
 * The call by which a child becomes a program that only who has SYS_PTRACE may trace, whatever else he is: the kernel makes a
 * process so that begins with another group in effect than its real one. Where there is no such group, as in most user
 * namespaces, it stays as it was.
 */
export const untraceableCall = (): Call => {
  const [, , setresgid] = numbers();
  return calls.system(setresgid, asIs, nobody, asIs);
};

const system = bind<[number, number, number, number], number>(
  "long syscall(long number, long a, long b, long c)",
);
const systemBytes = bind<[number, number, Buffer], number>(
  "long syscall(long number, long count, void *list)",
);

/** Has the calling thread work as another user for a moment: what it may do to files is what that user may. */
const asIdentity = <T>(who: string, { uid, gid, groups }: ProcessIdentity, work: () => T): T => {
  const [getgroups, setgroups, setresgid, setresuid] = numbers();
  const doing = `run as ${who}`;
  const before = Buffer.alloc(4 * 65_536);
  const count = checked(doing, systemBytes(getgroups, 65_536, before));
  const [ownUid, ownGid] = [process.getuid!(), process.getgid!()];
  checked(doing, systemBytes(setgroups, groups.length, bytesOf(groups)));
  try {
    checked(doing, system(setresgid, asIs, gid, asIs));
    try {
      checked(doing, system(setresuid, asIs, uid, asIs));
      try {
        return work();
      } finally {
        // First: with it come the rights to take back the rest.
        checked(doing, system(setresuid, asIs, ownUid, asIs));
      }
    } finally {
      checked(doing, system(setresgid, asIs, ownGid, asIs));
    }
  } finally {
    checked(doing, systemBytes(setgroups, count, before));
  }
};

/**
 * Makes sure that a child of the calling thread can take an identity: the thread takes it for a moment, and gives it back.
 * A child could not say that it was refused, and would go on as the user that started it. Throws with the kernel's words.
 */
export const tryIdentity = (who: string, identity: ProcessIdentity): void =>
  asIdentity(who, identity, () => {});

const systemPath = bind<[number, number, string, number, number], number>(
  "long syscall(long number, long directory, const char *path, long mode, long flags)",
);
const SYS_faccessat2 = 439;
const AT_FDCWD = -100;
const AT_EACCESS = 0x200;

/** Whether the calling thread may execute a file, or enter a directory; true where the kernel cannot tell (before Linux 5.8). */
const mayEnter = (path: string): boolean => {
  try {
    checked(`look at ${path}`, systemPath(SYS_faccessat2, AT_FDCWD, path, constants.X_OK, AT_EACCESS));
    return true;
  } catch (error) {
    if (refusedWith(error, "EACCES", "EPERM")) return false;
    if (error instanceof KernelError) return true;
    throw error;
  }
};

/** The first of some paths that a user may not execute, or enter; null where it may all. Throws where it cannot be taken for that user. */
export const firstForbidden = (
  who: string,
  identity: ProcessIdentity,
  paths: readonly string[],
): string | null => asIdentity(who, identity, () => paths.find((path) => !mayEnter(path)) ?? null);
