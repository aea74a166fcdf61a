/** What a computation costs this process, whatever else the machine is doing. */

const now = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** A clock of processor time, in milliseconds from now. */
export const stopwatch = (): (() => number) => {
  const started = now();
  return () => now() - started;
};

/** The result, and the processor time that it took, in milliseconds. */
export const spent = <T>(run: () => T): { readonly value: T; readonly ms: number } => {
  const elapsed = stopwatch();
  const value = run();
  return { value, ms: elapsed() };
};
