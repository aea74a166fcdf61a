/** The pipe through which the output of an instance's programs goes to its log. */
import { closeSync, fchmodSync } from "node:fs";
import { pipe } from "../../ffi/pipe.ts";

/**
 * As which descriptor the first process of an instance holds the reading end: so a program never writes into a pipe that
 * nobody can read, and a new log writer finds it in /proc.
 */
export const outputFd = 3;

/** Both ends; to be closed when programs and the log writer have theirs. */
export class OutputPipe {
  readonly readEnd: number;
  readonly writeEnd: number;

  /** Throws a `KernelError` where there are no descriptors left. */
  constructor() {
    [this.readEnd, this.writeEnd] = pipe();
    // A program may have become another user, and open /dev/stdout then. Nobody else reaches a pipe without a name.
    fchmodSync(this.writeEnd, 0o622);
  }

  close(): void {
    closeSync(this.readEnd);
    closeSync(this.writeEnd);
  }
}
