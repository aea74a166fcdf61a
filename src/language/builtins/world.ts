/** The built-in functions that reach beyond values: live inputs and entry points. */
import { publish } from "../composition/algebra.ts";
import { isComposable } from "../composition/coerce.ts";
import { checkPort } from "../evaluation/checks.ts";
import { taken } from "../evaluation/composing.ts";
import { quote } from "../quote.ts";
import { isSecretName, secretNameForm } from "../secret.ts";
import { poison, type Value } from "../value.ts";
import { type Builtin, mismatch, textOf } from "./builtin.ts";

/** Whether a value is plain data, as one can set from outside. */
const isData = (value: Value): boolean =>
  value._tag === "String" || value._tag === "Quantity" || value._tag === "Bool";

const input: Builtin = {
  parameters: ["name", "default"],
  doc: "a live cell: the value that was set for a name, or else the default",
  run: ([nameArg, fallback], context) => {
    const name = textOf(nameArg!, context, "a name in quotes");
    if (name === null) return poison;
    if (!nameArg!.literal) {
      const hints = [
        { message: "so that the inputs of a program are known before it runs; write the name itself" },
      ];
      const message = "the name of an input must be written out: a string with nothing computed in it";
      return context.machine.report("type-mismatch", message, nameArg!.site(), hints);
    }
    if (!isData(fallback!.value))
      return mismatch(fallback!, "a number, a string or a truth value as default", context);
    return context.machine.world.input(name, fallback!.value, fallback!.site());
  },
};

const publishPort: Builtin = {
  parameters: ["port", "hostPort"],
  composes: true,
  doc: "an automaton that is reachable at a port of the host",
  run: ([of, portArg], context) => {
    const { machine } = context;
    const port = checkPort(portArg!.value, portArg!.site(), machine);
    if (!isComposable(of!.value)) return mismatch(of!, "a provided port, like `storefront.web`", context);
    if (port === null) return poison;
    return taken(publish(of!.value, port, context.site()), machine);
  },
};

const secret: Builtin = {
  parameters: ["name"],
  doc: "a secret, for `env` and `secret`: nothing shows its value",
  run: ([nameArg], context) => {
    const name = textOf(nameArg!, context, "a name in quotes");
    if (name === null) return poison;
    if (isSecretName(name)) return { _tag: "Secret", pieces: [{ secret: name, site: context.site() }] };
    const hints = [{ message: `a name has ${secretNameForm}` }];
    const message = `a secret cannot be called ${quote(name)}`;
    return context.machine.report("type-mismatch", message, nameArg!.site(), hints);
  },
};

export const worldBuiltins: Readonly<Record<string, Builtin>> = { input, publish: publishPort, secret };
