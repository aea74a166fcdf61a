/** What a program is given that another one starts: environment, standard input, output and error. */
import { bind } from "./libc.ts";

const rawFcntl = bind<[number, number, number], number>("int fcntl(int fd, int command, long argument)");

const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;
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
