/** poll(2): what has become of an open file, without reading or writing. */
import { bind, checked } from "./libc.ts";

const POLLERR = 8;
const POLLHUP = 16;

const raw = bind<[Uint8Array, number, number], number>(
  "int poll(void *fds, unsigned long count, int timeout)",
);

/** Whether the other end of a pipe, socket or terminal is closed. */
export const hasHungUp = (fd: number): boolean => {
  // struct pollfd { int fd; short events; short revents; }
  const asked = new DataView(new ArrayBuffer(8));
  asked.setInt32(0, fd, true);
  checked("poll", raw(new Uint8Array(asked.buffer), 1, 0));
  return (asked.getInt16(6, true) & (POLLERR | POLLHUP)) !== 0;
};
