/** Names that come from programs, before they become parts of paths. */

const filePart = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/;

/** Whether it is such a name. */
export const isPathPart = (name: string): boolean => filePart.test(name);

/**
 * The name itself, sure to be one component of a path that begins with no dot and no
 * dash. The passes make no others: anything else is an error of ours, not of a user.
 */
export const pathPart = (name: string): string => {
  if (!isPathPart(name)) throw new Error(`not a name for a file: ${JSON.stringify(name)}`);
  return name;
};
