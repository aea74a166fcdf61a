/** A mismatch of protocols in words, as both sides see it. */
import type { FirstWord } from "./sends.ts";
import type { Payload, State } from "./session.ts";
import { showPayload } from "./show.ts";
import type { Mismatch, StepTaken } from "./subtype.ts";

const brief = { length: 60 };
/** So many steps at the beginning and at the end of a long way are told. */
const steps = 6;

const payloadText = (payload: Payload): string => showPayload(payload, brief);

/** `a`, `a or b`, `a, b or c`; a long list is cut. */
const choice = (labels: Iterable<string>, word: "or" | "and"): string => {
  const all = [...labels];
  const shown = all.length > 8 ? [...all.slice(0, 7), `${all.length - 7} more`] : all;
  if (shown.length < 2) return shown.join("");
  return `${shown.slice(0, -1).join(", ")} ${word} ${shown[shown.length - 1]}`;
};

/** `get: ?String . !Bytes`: the way to where two protocols part, as the provider would write it. */
export const showPath = (path: readonly StepTaken[]): string => {
  const texts = path.map((step) =>
    step._tag === "Chosen"
      ? step.label
      : `${step.state._tag === "Send" ? "!" : "?"}${payloadText(step.state.payload)}`,
  );
  let text = "";
  texts.forEach((one, i) => {
    const cut = texts.length > 2 * steps;
    if (cut && i > steps && i < texts.length - steps) return;
    const afterLabel = i > 0 && path[i - 1]!._tag === "Chosen";
    const join = i === 0 ? "" : afterLabel ? ": " : " . ";
    text += cut && i === steps ? `${join}…` : `${join}${one}`;
  });
  return text;
};

/** What a requirer does where the provider's protocol is written as `state`. */
const expected = (state: State): string => {
  switch (state._tag) {
    case "End":
      return "to be done";
    case "Send":
      return `to receive ${payloadText(state.payload)}`;
    case "Receive":
      return `to send ${payloadText(state.payload)}`;
    case "Select":
      return `to be told ${choice(state.branches.keys(), "or")}`;
    case "Offer":
      return `to choose ${choice(state.branches.keys(), "or")}`;
  }
};

const doing = (state: State): string => {
  switch (state._tag) {
    case "End":
      return "is done";
    case "Send":
      return `sends ${payloadText(state.payload)}`;
    case "Receive":
      return `receives ${payloadText(state.payload)}`;
    case "Select":
      return `chooses ${choice(state.branches.keys(), "or")}`;
    case "Offer":
      return `offers ${choice(state.branches.keys(), "and")}`;
  }
};

/** Which part of two payloads is at odds, where that is not the whole. */
const detail = (mismatch: Mismatch): string => {
  const { payload } = mismatch;
  if (payload === null || payload.path.length === 0) return "";
  const field = payload.path.join(".");
  if (payload.have === null) return ` (\`${field}\` is missing)`;
  return ` (\`${field}\` is ${payloadText(payload.have)}, not ${payloadText(payload.want)})`;
};

const placeOf = (path: readonly StepTaken[]): string =>
  path.length === 0 ? "at the start" : `after ${showPath(path)}`;

/** `peer sends Bool, after line: ?String`. */
export const explainWord = (provider: string, word: FirstWord): string =>
  `${provider} ${doing(word.state)}, ${placeOf(word.path)}`;

/**
 * `storefront expects, after get: ?String, to receive Bytes; catalogue sends Int there`.
 * The requirer reads the protocol from the other side.
 */
export const explainMismatch = (requirer: string, provider: string, mismatch: Mismatch): string => {
  const where = placeOf(mismatch.path);
  const [want, have] = [expected(mismatch.required), doing(mismatch.provided)];
  return `${requirer} expects, ${where}, ${want}; ${provider} ${have} there${detail(mismatch)}`;
};
