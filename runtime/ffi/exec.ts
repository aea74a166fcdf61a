/** Becoming another program: the same process, terminal, parent and exit code. */
import { constants } from "node:os";
import { bind, checked } from "./libc.ts";

const rawExecve = bind<[string, readonly (string | null)[], readonly (string | null)[]], number>(
  "int execve(const char *path, const char **argv, const char **envp)",
);
// SIG_DFL is the null pointer.
const rawSignal = bind<[number, null], bigint | null>("void *signal(int signum, void *handler)");
const rawFcntl = bind<[number, number, number], number>("int fcntl(int fd, int command, long argument)");

const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;
const { SIGPIPE, SIGXFSZ } = constants.signals;
const O_NONBLOCK = 0o4000;

/** The pairs of an environment as the kernel takes them. */
export const environmentBlock = (env: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`);

/**
 * Lets programs inherit standard input, output and error as Node found them: Node marks
 * them as its own, and may have made a terminal that others share non-blocking.
 */
export const shareStdio = (): void => {
  for (const fd of [0, 1, 2]) {
    rawFcntl(fd, F_SETFD, 0);
    const flags = rawFcntl(fd, F_GETFL, 0);
    if (flags !== -1) rawFcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
  }
};

/**
 * Replaces the calling process by a program, which inherits standard input, output and
 * error. Comes back only to throw, and is then no process to go on with.
 */
export const execve = (
  program: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): never => {
  // Node ignores these two, which a program would inherit.
  for (const signal of [SIGPIPE, SIGXFSZ]) rawSignal(signal, null);
  shareStdio();
  const operation = `run ${JSON.stringify(argv[0])}`;
  checked(operation, rawExecve(program, [...argv, null], [...environmentBlock(env), null]));
  throw new Error(`${operation}: came back`);
};
