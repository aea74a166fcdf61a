/** What is to be done when the program ends: one listener of the process for all of it. */
const pending = new Set<() => void>();

const perform = (): void => {
  for (const work of pending) work();
};

/** Has synchronous work done when the program ends, unless the result is called before. */
export const atExit = (work: () => void): (() => void) => {
  if (pending.size === 0) process.on("exit", perform);
  pending.add(work);
  return () => {
    pending.delete(work);
    if (pending.size === 0) process.off("exit", perform);
  };
};
