/** Names of automata and requirements as names of hosts. */

/** In lower case, with `-` for `_`. */
export const hostName = (name: string): string => name.toLowerCase().replaceAll("_", "-");
