/** Changing the text: a goal in words, what there is to do for it, each with its lines and its plan, and only then the edit. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Offer, TurnedEdit } from "../editing.ts";
import type { PageRefusal } from "../protocol.ts";
import { connection, goal, notice } from "./store.ts";

const kindOf = (line: string): string =>
  line.startsWith("+ ") ? "come" : line.startsWith("- ") ? "gone" : "";

/** Lines that change, and the plan. */
const Diff = ({ text }: { text: string }) => (
  <pre class="diff">
    {text.split("\n").map((line, i) => (
      <span key={`${i} ${line}`} class={kindOf(line)}>
        {line}
        {"\n"}
      </span>
    ))}
  </pre>
);

const Refused = ({ refusal: { message, hint } }: { refusal: PageRefusal }) => (
  <div class="refused" role="alert">
    <p class="wrong">{message}</p>
    {hint === undefined ? null : <p class="quiet">{hint}</p>}
  </div>
);

type Proposed = { readonly of: string } & ({ readonly offer: Offer } | { readonly refusal: PageRefusal });

/** Asks a little after the last letter was typed. */
const useProposal = (text: string): Proposed | null => {
  const known = useSignal<Proposed | null>(null);
  useEffect(() => {
    if (text.trim().split(/\s+/).length < 2) return;
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const answered = await connection.ask("propose", { goal: text });
      if (!isCurrent) return;
      known.value = "result" in answered ? { of: text, offer: answered.result } : { of: text, ...answered };
    }, 250);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text]);
  return known.value?.of === text ? known.value : null;
};

/** Null once it is done; else why not. */
const choose = async (offer: number, choice: number): Promise<PageRefusal | null> => {
  const answered = await connection.ask("choose", { offer, choice });
  if ("refusal" in answered) return answered.refusal;
  notice.value = { text: answered.result, isWrong: false };
  goal.value = null;
  return null;
};

const Choices = ({ offer: { offer, choices } }: { offer: Offer }) => {
  const refusal = useSignal<PageRefusal | null>(null);
  if (choices.length === 0) return <p class="quiet">It is so already.</p>;
  if (refusal.value !== null) return <Refused refusal={refusal.value} />;
  const apply = async (choice: number): Promise<void> => {
    refusal.value = await choose(offer, choice);
  };
  return (
    <ol class="choices">
      {choices.map(({ title, text }, i) => (
        <li key={title}>
          <div class="bar">
            <b>{title}</b>
            <button type="button" class="primary" onClick={() => void apply(i)}>
              Apply
            </button>
          </div>
          <Diff text={text} />
        </li>
      ))}
    </ol>
  );
};

/** A dialog that is shown as long as it is there. */
const Dialog = ({
  label,
  onClose,
  children,
}: {
  label: string;
  onClose: () => void;
  children: preact.ComponentChildren;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current!.showModal(), []);
  return (
    <dialog ref={dialog} aria-label={label} onClose={onClose}>
      {children}
      <button type="button" class="close" aria-label="Close" onClick={onClose}>
        ×
      </button>
    </dialog>
  );
};

const GoalDialog = ({ text }: { text: string }) => {
  const proposed = useProposal(text);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current!.focus(), []);
  return (
    <Dialog label="Change the program" onClose={() => (goal.value = null)}>
      <label class="goal">
        What is to be
        <input
          ref={input}
          value={text}
          placeholder="scale cart 3 · wire a => b · set cart.env.MODE fast"
          onInput={({ currentTarget }) => {
            goal.value = currentTarget.value;
          }}
        />
      </label>
      {proposed === null ? (
        <p class="quiet">Its lines and its plan are shown here before anything is done.</p>
      ) : "offer" in proposed ? (
        <Choices key={proposed.offer.offer} offer={proposed.offer} />
      ) : (
        <Refused refusal={proposed.refusal} />
      )}
    </Dialog>
  );
};

type Turn = { readonly way: "undo" | "redo" } & (
  | { readonly edit: TurnedEdit }
  | { readonly refusal: PageRefusal }
);

/** Undo and redo: each is shown first. */
export const Turns = () => {
  const turn = useSignal<Turn | null>(null);
  const look = async (way: "undo" | "redo"): Promise<void> => {
    const answered = await connection.ask("turn", { way, isTried: true });
    turn.value = "result" in answered ? { way, edit: answered.result } : { way, ...answered };
  };
  const make = async (way: "undo" | "redo"): Promise<void> => {
    const answered = await connection.ask("turn", { way, isTried: false });
    if ("result" in answered) turn.value = null;
    else turn.value = { way, ...answered };
  };
  const shown = turn.value;
  return (
    <span class="turns">
      <button type="button" onClick={() => (goal.value = "")}>
        Change …
      </button>
      <button type="button" onClick={() => void look("undo")}>
        Undo
      </button>
      <button type="button" onClick={() => void look("redo")}>
        Redo
      </button>
      {shown === null ? null : (
        <Dialog label={shown.way} onClose={() => (turn.value = null)}>
          {"edit" in shown ? (
            <>
              <div class="bar">
                <b>
                  {shown.way} {shown.edit.goal}
                </b>
                <button type="button" class="primary" onClick={() => void make(shown.way)}>
                  {shown.way === "undo" ? "Undo" : "Redo"}
                </button>
              </div>
              <Diff text={shown.edit.text} />
            </>
          ) : (
            <Refused refusal={shown.refusal} />
          )}
        </Dialog>
      )}
    </span>
  );
};

/** The dialog of a goal, while there is one. */
export const Goal = () => (goal.value === null ? null : <GoalDialog text={goal.value} />);
