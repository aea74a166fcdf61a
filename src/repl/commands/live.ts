/** Commands on the system in the world: by the orchestrator that runs it, or where there is none by hand. */
import { resolve } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { EventFeed } from "../../cli/render/event-feed.ts";
import { renderExplanation } from "../../cli/render/explanation.ts";
import { renderPlan } from "../../cli/render/plan.ts";
import { renderStatus } from "../../cli/render/status.ts";
import { explainName } from "../../program/explain-name.ts";
import type { Assignment } from "../../program/setting.ts";
import type { ReplContext } from "../context.ts";
import { runSubcommand, runSubcommandOnProgram } from "../subcommand.ts";
import { systemOf } from "./system.ts";

/** Looks whether the orchestrator keeps this file's system; false after saying that it does not. */
const isOwn = async (context: ReplContext): Promise<boolean> => {
  await context.attach();
  if (context.elsewhere === null) return true;
  context.output.reportError(
    `${context.system} runs from ${context.elsewhere}`,
    `:load ${context.elsewhere} attaches to it`,
  );
  return false;
};

/** The inputs of `-i NAME=VALUE …`; null after saying what is wrong. */
const inputsOf = (rest: string, { output }: ReplContext): readonly Assignment[] | null => {
  const found: Assignment[] = [];
  let left = rest.trim();
  while (left !== "") {
    const [whole, name, text] = /^(?:-i|--input)[ =]\s*([^=\s]+)=("(?:[^"\\]|\\.)*"|\S+)\s*/.exec(left) ?? [];
    if (whole === undefined) {
      output.reportError(`there is no place for ${JSON.stringify(left)}`, "`-i NAME=VALUE` sets an input");
      return null;
    }
    found.push({ name: name!, text: text! });
    left = left.slice(whole.length);
  }
  return found;
};

/** `:plan [-i NAME=VALUE]` */
export const plan = async (context: ReplContext, rest: string): Promise<void> => {
  const inputs = inputsOf(rest, context);
  const system = inputs === null ? null : systemOf(context);
  if (inputs === null || system === null || !(await isOwn(context))) return;
  const { client, output } = context;
  if (client === null) return void (await runSubcommandOnProgram(context, "plan", inputs));
  const program = { file: resolve(context.file!), text: context.session.text, inputs };
  const answer = await client.ask("plan", { program });
  if (isLeft(answer)) return output.reportError(answer.left.message, answer.left.hint);
  const { operations } = answer.right;
  output.write(renderPlan({ system, operations }, output.columns, output.theme));
};

/** `:apply [-i NAME=VALUE]` */
export const apply = async (context: ReplContext, rest: string): Promise<void> => {
  const inputs = inputsOf(rest, context);
  if (inputs === null || systemOf(context) === null || !(await isOwn(context))) return;
  if (context.client === null) await runSubcommandOnProgram(context, "apply", inputs);
  else await context.applyLive(inputs);
};

/** `:explain NAME` */
export const explain = async (context: ReplContext, name: string): Promise<void> => {
  if (name === "") return context.output.reportError(":explain needs the name of an automaton");
  const system = systemOf(context);
  if (system === null) return;
  const { client, output } = context;
  if (client === null) {
    const found = explainName(context.program, name);
    if (isLeft(found)) return output.reportError(found.left.message, found.left.hint);
    return output.write(renderExplanation(found.right, [], output.columns, output.theme));
  }
  const answer = await client.ask("explain", { name });
  if (isLeft(answer)) return output.reportError(answer.left.message, answer.left.hint);
  const { instances, ...explanation } = answer.right;
  output.write(renderExplanation(explanation, instances, output.columns, output.theme));
};

/** `:status` */
export const status = async (context: ReplContext): Promise<void> => {
  await context.attach();
  const { client, output, system } = context;
  if (client === null)
    return void (await runSubcommand(context, ["status", ...(system === null ? [] : [system])]));
  const answer = await client.ask("status", {});
  if (isLeft(answer)) return output.reportError(answer.left.message);
  output.write(renderStatus(answer.right, false, output.columns, output.theme));
};

/** `:events`; once more, and they are no longer shown. */
export const events = async (context: ReplContext): Promise<void> => {
  if (!(await isOwn(context))) return;
  const { client, output, system } = context;
  if (client === null)
    return output.reportError(
      system === null ? "there is no system" : `nobody supervises ${system}, so nobody tells what happens`,
      "`architect run FILE` in another terminal does",
    );
  context.isListening = !context.isListening;
  output.quiet(context.isListening ? "showing what happens" : "no longer showing what happens");
  if (!context.isListening) return;
  const feed = new EventFeed({ ...context.terminal.out, live: false, write: output.write });
  await client.listen((event) => {
    if (context.isListening) feed.print(event);
  });
};
