/** Addresses of unix sockets in directories with long paths. */
import { closeSync, constants, openSync } from "node:fs";

/** sockaddr_un holds 108 bytes, one of them the last zero. */
const longest = 107;

/** The path that a unix socket is bound or connected to. */
export interface Address {
  readonly path: string;
  /** To be called once the socket is bound or connected. */
  readonly release: () => void;
}

/** The address of a name in a directory that a descriptor is open on; to release it closes that. */
export const addressBelow = (fd: number, name: string): Address => ({
  path: `/proc/self/fd/${fd}/${name}`,
  release: () => closeSync(fd),
});

/** The address of a name in a directory, however long the directory's path is. Throws the errors of open(2). */
export const addressIn = (directory: string, name: string): Address => {
  const path = `${directory}/${name}`;
  if (Buffer.byteLength(path) <= longest) return { path, release: () => {} };
  return addressBelow(openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY), name);
};
