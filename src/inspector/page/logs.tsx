/** What instances print. */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { connected, followLogs, head, lines, missedLines, selected } from "./store.ts";

/** So many of the last lines are drawn. */
const most = 1_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals are told is left out
const control = /\u001b\[[\d;]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f]/g;

const patternOf = (text: string): RegExp | null => {
  try {
    return text === "" ? null : new RegExp(text, "iu");
  } catch {
    return null;
  }
};

/** Of the chosen automaton, or of all; the last lines, and more as they come. */
export const Logs = () => {
  const filter = useSignal("");
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const of = selected.value;
  const isOpen = connected.value === "open";
  useEffect(() => {
    if (isOpen) followLogs(of);
  }, [of, isOpen]);
  const pattern = patternOf(filter.value);
  const told = lines.value
    .map((line) => ({ ...line, text: line.text.replaceAll(control, "") }))
    .filter(({ text }) => pattern === null || pattern.test(text))
    .slice(-most);
  useLayoutEffect(() => {
    if (isAtEnd.current) box.current!.scrollTop = box.current!.scrollHeight;
  });
  return (
    <div class="logs">
      <input
        type="search"
        class="filter"
        placeholder="Only lines in which this is found (a regular expression)"
        aria-label="Filter lines"
        value={filter.value}
        onInput={({ currentTarget }) => {
          filter.value = currentTarget.value;
        }}
      />
      <div
        class="lines"
        ref={box}
        role="log"
        aria-label={of === null ? "Logs of all" : `Logs of ${of}`}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollTop + clientHeight > scrollHeight - 24;
        }}
      >
        {missedLines.value > 0 ? <p class="missed">… {missedLines.value} lines were left out</p> : null}
        {told.map(({ automaton, index, text }, i) => (
          <div class="line" key={i}>
            {of === null || lines.value.some((line) => line.index !== index) ? (
              <span class="who">
                {automaton}.{index}
              </span>
            ) : null}
            <span>{text}</span>
          </div>
        ))}
        {told.length === 0 ? (
          <p class="nothing">
            {head.value!.isModel
              ? "In a model nothing runs that prints anything."
              : filter.value === ""
                ? "Nothing was printed yet."
                : "No line has that in it."}
          </p>
        ) : null}
      </div>
    </div>
  );
};
