/** Options of sockets that Node has no name for. */
import { bind, checked } from "./libc.ts";

const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;

const setsockopt = bind<[number, number, number, Int32Array, number], number>(
  "int setsockopt(int fd, int level, int option, const void *value, uint32_t length)",
);
const getsockopt = bind<[number, number, number, Int32Array, Uint32Array], number>(
  "int getsockopt(int fd, int level, int option, void *value, void *length)",
);

const grow = (fd: number, wanted: number, forced: number, plain: number): number => {
  const half = Int32Array.of(wanted / 2);
  // Only an administrator of the network goes past the machine's limit.
  if (setsockopt(fd, SOL_SOCKET, forced, half, 4) !== 0) setsockopt(fd, SOL_SOCKET, plain, half, 4);
  const size = new Int32Array(1);
  checked("ask for the size of a buffer", getsockopt(fd, SOL_SOCKET, plain, size, Uint32Array.of(4)));
  return size[0]!;
};

/** Asks for a send buffer of so many bytes, and returns how many it has. */
export const growSendBuffer = (fd: number, wanted: number): number =>
  grow(fd, wanted, SO_SNDBUFFORCE, SO_SNDBUF);

/** Asks for a receive buffer of so many bytes, and returns how many it has. */
export const growReceiveBuffer = (fd: number, wanted: number): number =>
  grow(fd, wanted, SO_RCVBUFFORCE, SO_RCVBUF);
