/** `architect` with one base case more. */
import { register } from "../../src/bases.ts";
import { plain } from "./plain/kind.ts";

register(plain);
const { dispatch } = await import("../../src/cli/dispatch.ts");
process.exit(await dispatch(process.argv.slice(2)));
