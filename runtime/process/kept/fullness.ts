/**
 * Whether images are nearly full. That is asked about each of them every second, so where its file system is mounted is looked
 * up once for each process of its instance, and what no process has mounted is looked at once.
 */
import { statfsSync } from "node:fs";
import { refusedWith } from "../../kernel-error.ts";
import type { Identity } from "../proc.ts";
import { imageSize, mountPointOf } from "./grow.ts";

/** How much room there is, and how much of it is used, in bytes. */
interface Room {
  readonly used: number;
  readonly room: number;
}

/** How images are looked at. */
export interface ImageReader {
  /** Where a process has an image mounted, as a path from here; null where it does not. Looks at all loop devices. */
  mountPoint(image: string, pid: number): string | null;
  /** How much of the file system at a path is used. */
  at(point: string): Room;
  /** The same of an image that nothing has mounted; null where there is no file system in it. */
  in(image: string): Room | null;
}

const kernelReader: ImageReader = {
  mountPoint: mountPointOf,
  at: (point) => {
    const { blocks, bfree, bsize } = statfsSync(point);
    return { used: (blocks - bfree) * bsize, room: blocks * bsize };
  },
  in: (image) => imageSize(image),
};

/** From this part of it on, an image is nearly full. */
const nearlyFull = 0.9;

const isFull = ({ used, room }: Room): boolean => used > nearlyFull * room;

interface Known {
  /** The process that has it mounted; null: none runs. */
  readonly by: Identity | null;
  /** Where that one has it. */
  readonly point: string | null;
  readonly isFull: boolean;
}

const isSame = (a: Identity | null, b: Identity | null): boolean =>
  a?.pid === b?.pid && a?.startTime === b?.startTime;

/** The images of a system that have been asked about. */
export class Fullness {
  readonly #reader: ImageReader;
  readonly #known = new Map<string, Known>();

  constructor(reader: ImageReader = kernelReader) {
    this.#reader = reader;
  }

  /** Whether an image is nearly full. `by`: the process that may have it mounted; null: none runs. */
  isNearlyFull(image: string, by: Identity | null): boolean {
    const known = this.#known.get(image);
    if (known !== undefined && by === null && known.by === null) return known.isFull;
    const now = this.#look(image, by, isSame(known?.by ?? null, by) ? (known?.point ?? null) : null);
    this.#known.set(image, now);
    return now.isFull;
  }

  /** There is no image any more. */
  forget(image: string): void {
    this.#known.delete(image);
  }

  #look(image: string, by: Identity | null, known: string | null): Known {
    try {
      const point = by === null ? null : (known ?? this.#reader.mountPoint(image, by.pid));
      if (point !== null) return { by, point, isFull: isFull(this.#reader.at(point)) };
    } catch (error) {
      // The process has ended meanwhile.
      if (!refusedWith(error, "ENOENT", "ESRCH", "EACCES")) throw error;
    }
    const size = this.#reader.in(image);
    return { by, point: null, isFull: size !== null && isFull(size) };
  }
}
