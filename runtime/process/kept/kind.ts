/** What there is where something may be kept. */
import { lstatSync } from "node:fs";
import { KernelError } from "../../kernel-error.ts";

/** What is kept at a place: a directory, or with a size an image. Throws a `KernelError` where it is something else. */
export const kindAt = (place: string): "nothing" | "directory" | "image" => {
  const stat = lstatSync(place, { throwIfNoEntry: false });
  if (stat === undefined) return "nothing";
  if (stat.isDirectory()) return "directory";
  if (stat.isFile()) return "image";
  throw new KernelError(`keep a state at ${place}`, "EEXIST", "neither a directory nor a file is there");
};
