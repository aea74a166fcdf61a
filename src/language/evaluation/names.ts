/** Names that a string says, which may be computed. */
import { quote } from "../quote.ts";
import { type Check, refuse } from "./checks.ts";

/** A string that could be written as a name, too. */
const checkName =
  (whose: string): Check<string> =>
  (value, site, machine) => {
    if (value._tag !== "String") return refuse(`the name of ${whose} is a string`, value, site, machine);
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(value.text)) return value.text;
    const message = `${whose}'s name has letters, digits and \`_\`, and begins with a letter or \`_\``;
    machine.report("type-mismatch", `${whose} cannot be called ${quote(value.text)}`, site, [{ message }]);
    return null;
  };

export const checkPortName: Check<string> = checkName("a port");
export const checkArgumentName: Check<string> = checkName("an argument");
