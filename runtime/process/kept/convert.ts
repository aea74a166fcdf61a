/** A kept directory that gets a size, or has one no more: all in it is copied, and takes its place when it is on the disk. */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { KernelError } from "../../kernel-error.ts";
import { draftOf, replaceKept } from "./drafts.ts";
import { imageBytes, lockedWhenFree, makeImage } from "./image.ts";

const program = fileURLToPath(new URL("./convert-main.js", import.meta.url));

/** Copies in a process of its own: it takes its time, and its mounts end with it. */
const copy = async (image: string, directory: string, toImage: boolean): Promise<void> => {
  const child = spawn(process.execPath, [program, image, directory, toImage ? "in" : "out"], {
    cwd: "/",
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return;
  const words = said.trim().split("\n").at(-1) ?? "";
  throw new KernelError(`copy ${toImage ? directory : image}`, "EIO", words || "its copy was ended");
};

/** Puts an image of a size in the place of a kept directory. After an error the directory is as it was. */
export const becomeImage = async (place: string, bytes: number): Promise<void> => {
  const draft = draftOf(place);
  await makeImage(draft, imageBytes(bytes));
  await copy(draft, place, true);
  replaceKept(draft, place);
};

/** Puts a directory in the place of an image. After an error the image is as it was. */
export const becomeDirectory = async (place: string): Promise<void> => {
  closeSync(await lockedWhenFree(place));
  const draft = draftOf(place);
  mkdirSync(draft, { mode: 0o700 });
  await copy(place, draft, false);
  replaceKept(draft, place);
};
