/** Commands on the system in the world: by the orchestrator that runs it, or where there is none by hand. */
import { resolve } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { renderEvent } from "../../cli/render/event.ts";
import { renderExplanation } from "../../cli/render/explanation.ts";
import { type Planned, renderPlan } from "../../cli/render/plan.ts";
import { renderStatus } from "../../cli/render/status.ts";
import { explain as explanation } from "../../program/explain.ts";
import type { Desk } from "../desk.ts";
import { errand, errandWithProgram } from "../errand.ts";
import { systemOf } from "./system.ts";

/** Looks who keeps the system; false after saying that it is not this file's. */
const isOwn = async (desk: Desk): Promise<boolean> => {
  await desk.attach();
  if (desk.elsewhere === null) return true;
  desk.voice.complain(`${desk.system} runs from ${desk.elsewhere}`, `:load ${desk.elsewhere} attaches to it`);
  return false;
};

/** `:plan` */
export const plan = async (desk: Desk): Promise<void> => {
  const system = systemOf(desk);
  if (system === null || !(await isOwn(desk))) return;
  const { client, voice } = desk;
  if (client === null) return void (await errandWithProgram(desk, "plan"));
  const program = { file: resolve(desk.file!), text: desk.session.text, inputs: [] };
  const answer = await client.ask("plan", { program });
  if (isLeft(answer)) return voice.complain(answer.left.message, answer.left.hint);
  const operations = answer.right.operations as unknown as readonly Planned[];
  voice.write(renderPlan({ system, operations }, voice.columns, voice.theme));
};

/** `:apply` */
export const apply = async (desk: Desk): Promise<void> => {
  if (systemOf(desk) === null || !(await isOwn(desk))) return;
  if (desk.client === null) await errandWithProgram(desk, "apply");
  else await desk.applyLive();
};

/** `:explain NAME` */
export const explain = async (desk: Desk, name: string): Promise<void> => {
  if (name === "") return desk.voice.complain(":explain needs the name of an automaton");
  const system = systemOf(desk);
  if (system === null) return;
  const { client, voice } = desk;
  if (client !== null) {
    const answer = await client.ask("explain", { name });
    if (isLeft(answer)) return voice.complain(answer.left.message, answer.left.hint);
    const found = answer.right as unknown as NonNullable<ReturnType<typeof explanation>>;
    return voice.write(renderExplanation(found, voice.columns, voice.theme));
  }
  const found = explanation(desk.program, name);
  if (found === null) return voice.complain(`there is no automaton ${name} in ${system}`);
  voice.write(renderExplanation(found, voice.columns, voice.theme));
};

/** `:status` */
export const status = async (desk: Desk): Promise<void> => {
  await desk.attach();
  const { client, voice, system } = desk;
  if (client === null) return void (await errand(desk, ["status", ...(system === null ? [] : [system])]));
  const answer = await client.ask("status", {});
  if (isLeft(answer)) return voice.complain(answer.left.message);
  voice.write(renderStatus(answer.right, false, voice.columns, voice.theme));
};

/** `:events`; once more, and they are no longer shown. */
export const events = async (desk: Desk): Promise<void> => {
  if (!(await isOwn(desk))) return;
  const { client, voice, system } = desk;
  if (client === null)
    return voice.complain(
      system === null ? "there is no system" : `nobody supervises ${system}, so nobody tells what happens`,
      "`architect run FILE` in another terminal does",
    );
  desk.isListening = !desk.isListening;
  voice.quiet(desk.isListening ? "showing what happens" : "no longer showing what happens");
  if (!desk.isListening) return;
  await client.listen((event) => {
    if (desk.isListening) voice.write(renderEvent(event, voice.columns, voice.theme));
  });
};
