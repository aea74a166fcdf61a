/** Loop devices (loop(4)): files as disks. Linux 5.8. */
import { closeSync, existsSync, fstatSync, openSync, readdirSync } from "node:fs";
import { kernelErrorOf, refusedWith } from "../kernel-error.ts";
import { bind, checked } from "./libc.ts";
import { onMachine } from "./machine-devices.ts";

const LOOP_CTL_GET_FREE = 0x4c82;
const LOOP_CONFIGURE = 0x4c0a;
const LOOP_GET_STATUS64 = 0x4c05;
const LOOP_SET_CAPACITY = 0x4c07;
const LO_FLAGS_AUTOCLEAR = 4;
const LO_FLAGS_DIRECT_IO = 16;

/** `struct loop_config`: descriptor, block size, and `struct loop_info64` at 8. */
const configSize = 304;
const infoAt = 8;
/** Of `struct loop_info64`. */
const infoSize = 232;
const flagsAt = 52;

const plainIoctl = bind<[number, number, number], number>(
  "int ioctl(int fd, unsigned long request, unsigned long value)",
);
const structIoctl = bind<[number, number, Buffer], number>(
  "int ioctl(int fd, unsigned long request, void *value)",
);

const control = "/dev/loop-control";

/** Throws a `KernelError` where this process may make no loop devices. */
export const tryLoopControl = (): void => closeSync(openControl());

const openControl = (): number => {
  try {
    return openSync(onMachine(control), "r+");
  } catch (error) {
    throw kernelErrorOf(`open ${control}`, error);
  }
};

const freeDevice = (): string => {
  const fd = openControl();
  try {
    return `/dev/loop${checked("find a free loop device", plainIoctl(fd, LOOP_CTL_GET_FREE, 0))}`;
  } finally {
    closeSync(fd);
  }
};

const openDevice = (path: string): number => {
  try {
    return openSync(onMachine(path), "r+");
  } catch (error) {
    throw kernelErrorOf(`open ${path}`, error);
  }
};

/** A loop device, and a descriptor on it. */
export interface LoopDevice {
  readonly path: string;
  readonly fd: number;
}

/** So often another one takes the device that was free. */
const mostAttempts = 32;

/**
 * Makes a disk of an open file. It ends by itself when nothing has it open and it is mounted nowhere; until then it keeps the open
 * file, with what is locked by it. The caller closes the descriptor. Throws a `KernelError`.
 */
export const attachLoop = (file: number): LoopDevice => {
  const config = Buffer.alloc(configSize);
  config.writeUInt32LE(file, 0);
  config.writeUInt32LE(LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO, infoAt + flagsAt);
  for (let attempt = 1; ; attempt++) {
    const path = freeDevice();
    const fd = openDevice(path);
    try {
      checked(`make the loop device ${path}`, structIoctl(fd, LOOP_CONFIGURE, config));
      return { path: onMachine(path), fd };
    } catch (error) {
      closeSync(fd);
      if (attempt === mostAttempts || !refusedWith(error, "EBUSY")) throw error;
    }
  }
};

/** The file that a loop device is made of; null where it is of none. */
const backing = (device: number): { readonly dev: number; readonly ino: number } | null => {
  const info = Buffer.alloc(infoSize);
  try {
    checked("look at a loop device", structIoctl(device, LOOP_GET_STATUS64, info));
  } catch (error) {
    if (refusedWith(error, "ENXIO")) return null;
    throw error;
  }
  return { dev: Number(info.readBigUInt64LE(0)), ino: Number(info.readBigUInt64LE(8)) };
};

/** The loop devices that are in use, as the kernel shows them. */
const devicesInUse = (): readonly string[] =>
  readdirSync("/sys/block")
    .filter((name) => name.startsWith("loop") && existsSync(`/sys/block/${name}/loop`))
    .map((name) => `/dev/${name}`);

/** The loop device that is made of an open file; null where there is none. The caller closes its descriptor. */
export const loopOf = (file: number): LoopDevice | null => {
  const { dev, ino } = fstatSync(file);
  for (const path of devicesInUse()) {
    let fd: number;
    try {
      // For reading: whoever closes one that could be written to has others look at it anew.
      fd = openSync(onMachine(path), "r");
    } catch (error) {
      if (refusedWith(error, "ENOENT", "ENXIO", "EBUSY", "EACCES")) continue;
      throw kernelErrorOf(`open ${path}`, error);
    }
    const of = backing(fd);
    if (of !== null && of.dev === dev && of.ino === ino) return { path: onMachine(path), fd };
    closeSync(fd);
  }
  return null;
};

/** Makes a loop device as large as its file is by now. */
export const growLoop = ({ path, fd }: LoopDevice): void => {
  checked(`make ${path} larger`, plainIoctl(fd, LOOP_SET_CAPACITY, 0));
};

const EXT4_IOC_RESIZE_FS = 0x4008_6610;

/**
 * Makes an ext4 file system larger while it is mounted; `fd` is open on a directory of it. Throws a `KernelError`: EPERM where
 * this process may not do so (`CAP_SYS_RESOURCE`).
 */
export const growFileSystem = (fd: number, blocks: number): void => {
  const count = Buffer.alloc(8);
  count.writeBigUInt64LE(BigInt(blocks));
  checked("make a file system larger", structIoctl(fd, EXT4_IOC_RESIZE_FS, count));
};

const rawFallocate = bind<[number, number, number, number], number>(
  "int fallocate(int fd, int mode, int64_t offset, int64_t length)",
);

/**
 * Gives a file room on its disk for so many bytes, and that length at least. Throws a `KernelError`: ENOSPC where there is no
 * such room, EOPNOTSUPP where the file system gives none ahead.
 */
export const reserve = (fd: number, bytes: number): void => {
  checked(`reserve ${bytes} bytes`, rawFallocate(fd, 0, 0, bytes));
};

const rawSyncfs = bind<[number], number>("int syncfs(int fd)");

/** Waits until all that was written to the file system of an open file is on its disk. */
export const syncFileSystem = (fd: number): void => {
  checked("write a file system to its disk", rawSyncfs(fd));
};
