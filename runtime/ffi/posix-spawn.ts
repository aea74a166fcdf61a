/**
 * posix_spawn: a new process from the calling thread, in the thread's namespaces,
 * without copying Node's memory, and with the errno of a failed exec as the result.
 */
import { environmentBlock } from "./exec.ts";
import { bind, kernelError } from "./libc.ts";

export interface Spawn {
  /** The file to execute. */
  readonly program: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Descriptors that become standard input, output and error. All others are closed. */
  readonly stdio: readonly [number, number, number];
}

// Opaque to callers; glibc's are 336 and 80 bytes, musl's as large or smaller.
const attributesSize = 512;
const actionsSize = 256;
// sigset_t is 128 bytes on every Linux.
const noSignals = Buffer.alloc(128, 0);
const allSignals = Buffer.alloc(128, 0xff);

const POSIX_SPAWN_SETSIGDEF = 0x04;
const POSIX_SPAWN_SETSIGMASK = 0x08;
const POSIX_SPAWN_SETSID = 0x80;

const attrInit = bind<[Buffer], number>("int posix_spawnattr_init(void *attr)");
const attrFlags = bind<[Buffer, number], number>("int posix_spawnattr_setflags(void *attr, short flags)");
const attrDefault = bind<[Buffer, Buffer], number>(
  "int posix_spawnattr_setsigdefault(void *attr, const void *set)",
);
const attrMask = bind<[Buffer, Buffer], number>(
  "int posix_spawnattr_setsigmask(void *attr, const void *set)",
);
const attrDestroy = bind<[Buffer], number>("int posix_spawnattr_destroy(void *attr)");
const actionsInit = bind<[Buffer], number>("int posix_spawn_file_actions_init(void *actions)");
const actionsDup = bind<[Buffer, number, number], number>(
  "int posix_spawn_file_actions_adddup2(void *actions, int fd, int target)",
);
const actionsChdir = bind<[Buffer, string], number>(
  "int posix_spawn_file_actions_addchdir_np(void *actions, const char *path)",
);
const actionsCloseFrom = bind<[Buffer, number], number>(
  "int posix_spawn_file_actions_addclosefrom_np(void *actions, int fd)",
);
const actionsDestroy = bind<[Buffer], number>("int posix_spawn_file_actions_destroy(void *actions)");
const rawSpawn = bind<
  [number[], string, Buffer, Buffer, readonly (string | null)[], readonly (string | null)[]],
  number
>(
  "int posix_spawn(_Out_ int *pid, const char *path, void *actions, void *attr, const char **argv, const char **envp)",
);

/**
 * Starts a process at the head of a session and process group of its own, with every
 * signal as it is by default. Returns its pid once the program itself is running.
 */
export const posixSpawn = (spawn: Spawn): number => {
  const operation = `run ${JSON.stringify(spawn.argv[0])}`;
  const must = (errno: number): void => {
    if (errno !== 0) throw kernelError(operation, errno);
  };
  const attributes = Buffer.alloc(attributesSize);
  const actions = Buffer.alloc(actionsSize);
  must(attrInit(attributes));
  must(actionsInit(actions));
  try {
    must(attrFlags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID));
    must(attrDefault(attributes, allSignals));
    must(attrMask(attributes, noSignals));
    // A descriptor that is its own target keeps close-on-exec in old libraries: none is below 3.
    spawn.stdio.forEach((fd, target) => {
      must(actionsDup(actions, fd, target));
    });
    must(actionsCloseFrom(actions, 3));
    must(actionsChdir(actions, spawn.cwd));
    const pid = [0];
    must(
      rawSpawn(
        pid,
        spawn.program,
        actions,
        attributes,
        [...spawn.argv, null],
        [...environmentBlock(spawn.env), null],
      ),
    );
    return pid[0]!;
  } finally {
    actionsDestroy(actions);
    attrDestroy(attributes);
  }
};
