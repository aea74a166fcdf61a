/**
 * Waits for a condition; throws where it does not hold within the limit, which allows for a
 * slow machine. `pauseMs`: between looks; a look that blocks for long needs a longer pause,
 * in which the program under test runs.
 */
export const until = async (
  what: string | (() => string),
  condition: () => boolean,
  limitMs = 60_000,
  pauseMs = 5,
): Promise<void> => {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end)
      throw new Error(`waited ${limitMs} ms in vain until ${typeof what === "string" ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
};
