/** Where the control socket of a system is. */
import { closeSync, constants, openSync } from "node:fs";

const name = "control";
/** sockaddr_un holds 108 bytes, one of them the last zero. */
const longest = 107;

export interface Address {
  readonly path: string;
  /** To be called once the socket is bound or connected. */
  readonly release: () => void;
}

/** The address in a directory, however long the directory's path is. */
export const addressIn = (directory: string): Address => {
  const path = `${directory}/${name}`;
  if (Buffer.byteLength(path) <= longest) return { path, release: () => {} };
  const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  return { path: `/proc/self/fd/${fd}/${name}`, release: () => closeSync(fd) };
};
