/** Pipes by number; Node makes them only for its own children. */
import { bind, checked } from "./libc.ts";

const O_CLOEXEC = 0o2000000;
const pipe2 = bind<[Int32Array, number], number>("int pipe2(int *fds, int flags)");

/** The reading and the writing end; neither survives an exec. */
export const pipe = (): readonly [number, number] => {
  const fds = new Int32Array(2);
  checked("make a pipe", pipe2(fds, O_CLOEXEC));
  return [fds[0]!, fds[1]!];
};
