/** A copy of the compiled project in which mutants are made; all else is linked. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";

export class Tree {
  readonly project: string;
  readonly root: string;

  /** Of the project at `project`, in `folder`, which is made anew. */
  constructor(project: string, folder: string) {
    this.project = project;
    this.root = folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(project))
      if (name !== "dist" && name !== ".git") symlinkSync(join(project, name), join(folder, name));
    mkdirSync(join(folder, "dist"));
    // Not the bundle: a mutant is in the modules, so they have to be what is run.
    for (const name of readdirSync(join(project, "dist")))
      if (name !== "mutate" && name !== "bundle")
        cpSync(join(project, "dist", name), join(folder, "dist", name), {
          recursive: true,
          preserveTimestamps: true,
        });
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.root, file), text);
  }

  /** All files of the copy below `folder` that the compiler made, by their path from its root. */
  modules(folder: string): readonly string[] {
    return readdirSync(join(this.root, folder), { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((path) => path.endsWith(".js"))
      .sort();
  }

  /** The line of the source, from 1, that an offset of a compiled module comes from. */
  sourceLine(file: string, offset: number): number {
    const before = this.read(file).slice(0, offset).split("\n");
    const map = new SourceMap(JSON.parse(this.read(`${file}.map`)));
    const entry = map.findEntry(before.length - 1, before.at(-1)!.length);
    return "originalLine" in entry ? entry.originalLine + 1 : 0;
  }
}

/** `dist/src/a.js` as `src/a.ts`. */
export const sourceOf = (module: string): string => module.replace(/^dist\//, "").replace(/\.js$/, ".ts");
