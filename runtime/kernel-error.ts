import { getSystemErrorMap } from "node:util";

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

/** Whether it is a refusal at all, the kernel's or Node's own, and not an error of ours. */
export const isRefusal = (error: unknown): boolean => (error as NodeJS.ErrnoException).code !== undefined;

/** An error of node:fs or node:net, with the words of the C library; others are errors of ours, and returned as they are. */
export const kernelErrorOf = (operation: string, error: unknown): unknown => {
  if (error instanceof KernelError || !(error instanceof Error) || !("errno" in error)) return error;
  const { errno, code, message } = error as NodeJS.ErrnoException;
  const [name, words] = getSystemErrorMap().get(errno ?? 0) ?? [code ?? "EIO", message];
  return new KernelError(operation, name, words);
};

/** An error that came from another thread: what was a `KernelError` there is one again. */
export const revive = (error: Error): Error => {
  const { operation, code, words } = error as Partial<KernelError>;
  return typeof operation === "string" && typeof code === "string" && typeof words === "string"
    ? new KernelError(operation, code, words)
    : error;
};

/**
 * Undoes what a failure left half done, and throws that failure. Where undoing fails too, its words
 * tell of both; neither is lost.
 */
export const throwUndone = async (failure: unknown, undo: () => Promise<void>): Promise<never> => {
  try {
    await undo();
  } catch (second) {
    const told = (words: unknown): string =>
      `${words}; to undo it failed as well: ${second instanceof Error ? second.message : second}`;
    if (failure instanceof KernelError && second instanceof KernelError)
      throw new KernelError(failure.operation, failure.code, told(failure.words));
    throw new AggregateError([failure, second], told(failure instanceof Error ? failure.message : failure));
  }
  throw failure;
};
