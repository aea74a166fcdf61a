/** Waits for what must come about within a bounded time; an error where it does not. */
export const until = async (what: string, condition: () => boolean, limitMs = 5_000): Promise<void> => {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
