/**
 * Names that one process at a time has in a network namespace: abstract addresses of unix
 * sockets, which are no files, and which the kernel gives back when their holder ends.
 */
import { closeSync } from "node:fs";
import { refusedWith } from "../kernel-error.ts";
import { bind, checked } from "./libc.ts";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;

const rawSocket = bind<[number, number, number], number>("int socket(int domain, int type, int protocol)");
const rawBind = bind<[number, Uint8Array, number], number>(
  "int bind(int fd, const void *address, uint32_t length)",
);

/** `struct sockaddr_un`: the family, a zero byte, and up to 107 bytes of name. */
const addressOf = (name: string): Uint8Array =>
  Uint8Array.from([AF_UNIX, 0, 0, ...new TextEncoder().encode(name)]);

/**
 * Takes a name in the network namespace of the calling thread until the result is closed;
 * null where another has it.
 */
export const takeName = (name: string): number | null => {
  const doing = `take the name ${name}`;
  const fd = checked(doing, rawSocket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  try {
    const address = addressOf(name);
    checked(doing, rawBind(fd, address, address.length));
    return fd;
  } catch (error) {
    closeSync(fd);
    if (refusedWith(error, "EADDRINUSE")) return null;
    throw error;
  }
};
