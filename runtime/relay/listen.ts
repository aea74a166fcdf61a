/**
 * Listening sockets by number, made in the namespace of the thread that calls. Who
 * accepts from them may be in another: a connection is where its listener is.
 */
import { closeSync } from "node:fs";
import type { Transport } from "../../src/core/resource.ts";
import { bind, checked } from "../ffi/libc.ts";

const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const backlog = 511;

const rawSocket = bind<[number, number, number], number>("int socket(int domain, int type, int protocol)");
const rawOption = bind<[number, number, number, Int32Array, number], number>(
  "int setsockopt(int fd, int level, int option, const void *value, uint32_t length)",
);
const rawBind = bind<[number, Uint8Array, number], number>(
  "int bind(int fd, const void *address, uint32_t length)",
);
const rawListen = bind<[number, number], number>("int listen(int fd, int backlog)");

/** Any address of this machine, of either family: `struct sockaddr_in6`. */
const anyAddress = (port: number): Uint8Array => {
  const address = new DataView(new ArrayBuffer(28));
  address.setUint16(0, AF_INET6, true);
  address.setUint16(2, port, false);
  return new Uint8Array(address.buffer);
};

/** Listens at a port of every address, IPv4 and IPv6. */
export const openListener = (transport: Transport, port: number): number => {
  const doing = `listen on ${transport} port ${port}`;
  const type = (transport === "tcp" ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const fd = checked(doing, rawSocket(AF_INET6, type, 0));
  try {
    // A port is free as soon as nobody listens there; two at once are refused all the same.
    if (transport === "tcp") checked(doing, rawOption(fd, SOL_SOCKET, SO_REUSEADDR, Int32Array.of(1), 4));
    checked(doing, rawOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, Int32Array.of(0), 4));
    const address = anyAddress(port);
    checked(doing, rawBind(fd, address, address.length));
    if (transport === "tcp") checked(doing, rawListen(fd, backlog));
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
};
