/** The parameters of the call that is being written, and which of them comes next. */
import type { SignatureHelp, SignatureHelpParams } from "vscode-languageserver";
import { aboutValue } from "../../assist/about.ts";
import { callAt } from "../../assist/call.ts";
import { textOf } from "../../assist/spot.ts";
import { builtins } from "../../language/builtins/builtins.ts";
import { spotOf } from "../locate.ts";
import type { Project } from "../project.ts";

export const signatureHelp = (project: Project, params: SignatureHelpParams): SignatureHelp | null => {
  const spot = spotOf(project, params);
  if (spot === null) return null;
  const scene = {
    workspace: project.workspace,
    file: spot.module.file,
    text: textOf(spot),
    offset: spot.offset,
  };
  const call = callAt(scene);
  if (call === null) return null;
  const { value, parameters, active } = call;
  const label = `${call.name}(${parameters.join(", ")})`;
  let at = call.name.length + 1;
  const places = parameters.map((parameter) => {
    const start = at;
    at += parameter.length + 2;
    return { label: [start, start + parameter.length] as [number, number] };
  });
  const doc = value._tag === "Builtin" ? builtins.get(value.name)?.doc : aboutValue(value).kind;
  return {
    signatures: [{ label, parameters: places, ...(doc === undefined ? {} : { documentation: doc }) }],
    activeSignature: 0,
    ...(active === null ? {} : { activeParameter: active }),
  };
};
