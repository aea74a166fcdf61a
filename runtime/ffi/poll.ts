/** Waiting for descriptors that Node cannot watch: epoll and eventfd. */
import { arch } from "node:os";
import { bind, checked, interrupted } from "./libc.ts";

const EPOLL_CLOEXEC = 0o2000000;
const EFD_CLOEXEC = 0o2000000;
const EFD_NONBLOCK = 0o4000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
const EPOLLIN = 1;
const EPOLLONESHOT = 1 << 30;

// struct epoll_event is packed on x86-64 alone.
const dataOffset = arch() === "x64" ? 4 : 8;
const eventSize = dataOffset + 8;

const rawCreate = bind<[number], number>("int epoll_create1(int flags)");
const rawControl = bind<[number, number, number, Buffer | null], number>(
  "int epoll_ctl(int epfd, int op, int fd, void *event)",
);
const rawWait = bind<[number, Buffer, number, number], number>(
  "int epoll_wait(int epfd, void *events, int maxevents, int timeout)",
);
const rawEventfd = bind<[number, number], number>("int eventfd(unsigned int initval, int flags)");

/** A set of descriptors to wait for. Close it with node:fs. */
export const epollCreate = (): number => checked("create an epoll set", rawCreate(EPOLL_CLOEXEC));

const control = (epoll: number, operation: number, fd: number): void => {
  const event = Buffer.alloc(eventSize);
  event.writeUInt32LE(EPOLLIN | EPOLLONESHOT, 0);
  event.writeInt32LE(fd, dataOffset);
  checked("add to an epoll set", rawControl(epoll, operation, fd, event));
};

/** Waits for `fd` to become readable too; it is then reported by its number, once. From any thread. */
export const epollAdd = (epoll: number, fd: number): void => control(epoll, EPOLL_CTL_ADD, fd);

/** Waits again for one that was reported; soon where it is still readable. From any thread. */
export const epollAgain = (epoll: number, fd: number): void => control(epoll, EPOLL_CTL_MOD, fd);

/** Waits for `fd` no more. Throws a `KernelError` where it was not waited for. */
export const epollRemove = (epoll: number, fd: number): void => {
  checked("remove from an epoll set", rawControl(epoll, EPOLL_CTL_DEL, fd, null));
};

/**
 * Blocks the calling thread until descriptors are readable, and returns their
 * numbers; none after `timeoutMs` (-1: waits for ever) or where a signal came first.
 */
export const epollWait = (epoll: number, timeoutMs: number): readonly number[] => {
  const room = 64;
  const events = Buffer.alloc(room * eventSize);
  const count = rawWait(epoll, events, room, timeoutMs);
  if (count === -1 && interrupted()) return [];
  checked("wait for descriptors", count);
  return Array.from({ length: count }, (_, index) => events.readInt32LE(index * eventSize + dataOffset));
};

/** A counter that polls readable once it is written to. */
export const eventfd = (): number => checked("create an eventfd", rawEventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
