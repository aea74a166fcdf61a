/** Which signals a thread blocks. */
import { bind } from "./libc.ts";

// sigset_t is 128 bytes on every Linux.

/** A signal mask (`sigset_t`) with no signal in it. */
export const noSignals = Buffer.alloc(128, 0);
/** A signal mask (`sigset_t`) with all signals in it. */
export const allSignals = Buffer.alloc(128, 0xff);

const SIG_SETMASK = 2;
const pthreadSigmask = bind<[number, Buffer, Buffer], number>(
  "int pthread_sigmask(int how, const void *set, void *old)",
);

/** Does synchronous work while the calling thread blocks these signals and no others. */
export const withSignalMask = <T>(mask: Buffer, work: () => T): T => {
  const before = Buffer.alloc(noSignals.length);
  pthreadSigmask(SIG_SETMASK, mask, before);
  try {
    return work();
  } finally {
    pthreadSigmask(SIG_SETMASK, before, Buffer.alloc(noSignals.length));
  }
};
