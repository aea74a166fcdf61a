/** An operation that the kernel refused: wrapped once, where it enters the program. */
export class KernelError extends Error {
  override readonly name = "KernelError";
  /** What was being done, in words: `mount tmpfs on /run/netns`. */
  readonly operation: string;
  /** The symbolic errno: `EPERM`. */
  readonly code: string;
  /** The kernel's own words where it gave some, else those of the errno. */
  readonly words: string;

  constructor(operation: string, code: string, words: string) {
    super(`${operation}: ${words} (${code})`);
    this.operation = operation;
    this.code = code;
    this.words = words;
  }
}

/** Whether it is a refusal with one of these codes, the kernel's or Node's own. */
export const refusedWith = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code);

/** An error that came from another thread: what was a `KernelError` there is one again. */
export const revive = (error: Error): Error => {
  const { operation, code, words } = error as Partial<KernelError>;
  return typeof operation === "string" && typeof code === "string" && typeof words === "string"
    ? new KernelError(operation, code, words)
    : error;
};
