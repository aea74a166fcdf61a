// The package is `@architect-lang/architect`, and the language's contract says `import … from
// "architect"`. Programs of this folder may use either name: Node finds the first by itself, the
// second by a link. Others install it as `npm install architect@npm:@architect-lang/architect`.
import { lstatSync, symlinkSync } from "node:fs";
import { resolve } from "node:path";

const modules = resolve(import.meta.dirname, "../node_modules");
const link = resolve(modules, "architect");
const there = (path) => lstatSync(path, { throwIfNoEntry: false });

// A linked node_modules belongs to another checkout.
if (there(modules)?.isDirectory() && there(link) === undefined) symlinkSync("..", link);
