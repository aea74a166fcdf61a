/** Where the control socket of a system is. */
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { type Address, addressBelow } from "../../../runtime/socket-address.ts";

const socketName = "control";

/** The path of the socket in a directory. */
export const socketPath = (directory: string): string => `${directory}/${socketName}`;

/**
 * The address of the socket in a directory in which nobody else can have put it: what is
 * sent there may be secret. Throws a `KernelError` where that is not sure.
 */
export const trustedAddressIn = (directory: string): Address => {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const fd = openSync(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  const { uid, mode } = fstatSync(fd);
  if (uid === process.getuid!() && (mode & 0o022) === 0) return addressBelow(fd, socketName);
  closeSync(fd);
  throw new KernelError(`use ${directory}`, "EACCES", "it is not a directory of this user alone");
};
