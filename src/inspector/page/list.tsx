/** The list of automata: of ten thousand only the lines that are seen are drawn. */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Row } from "../row.ts";
import { StateMark } from "./state-mark.tsx";
import { changedAt, head, menu, query, selected, shown, tab, whole } from "./store.ts";

const rowHeight = 34;
/** Lines that are drawn beyond those that are seen. */
const spare = 8;

/** So long something that changed is marked. In milliseconds. */
const flashMs = 1_200;

/** Marks an element for a moment when what it shows has changed. */
const useFlash = (at: number) => {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (performance.now() - at > flashMs || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const colour = getComputedStyle(element.current!).getPropertyValue("--flash");
    element.current!.animate([{ backgroundColor: colour }, {}], { duration: flashMs, easing: "ease-out" });
  }, [at]);
  return element;
};

const Line = ({ row, index, isSelected }: { row: Row; index: number; isSelected: boolean }) => (
  <div
    id={`row-${row.name}`}
    ref={useFlash(changedAt(row.name))}
    class={`row${isSelected ? " selected" : ""}`}
    role="option"
    aria-selected={isSelected}
    aria-posinset={index + 1}
    aria-setsize={shown.value.length}
    tabIndex={-1}
    style={{ transform: `translateY(${index * rowHeight}px)` }}
    onClick={() => {
      selected.value = row.name;
    }}
    onKeyDown={() => undefined}
    onContextMenu={(event) => {
      event.preventDefault();
      selected.value = row.name;
      menu.value = { x: event.clientX, y: event.clientY, name: row.name };
    }}
  >
    <StateMark state={row.state} />
    <span class="name">{row.name}</span>
    <span class="ready">{row.state === "elsewhere" ? "elsewhere" : `${row.ready}/${row.count}`}</span>
    <span class="protocols">{row.protocols.join(", ")}</span>
    <span class="load">{row.load}</span>
    <span class="restarts">{row.restarts > 0 ? `${row.restarts} restarts` : ""}</span>
    <span class="reason" title={row.reason}>
      {row.reason}
    </span>
  </div>
);

const step = (key: string, index: number, page: number, last: number): number | null => {
  switch (key) {
    case "ArrowDown":
    case "j":
      return index + 1;
    case "ArrowUp":
    case "k":
      return index - 1;
    case "PageDown":
      return index + page;
    case "PageUp":
      return index - page;
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
};

const Nothing = () => {
  if (!whole.value) return <p class="nothing">The list is on its way …</p>;
  if (query.value !== "") return <p class="nothing">Nothing of that is in {head.value!.system}.</p>;
  return <p class="nothing">{head.value!.system} has no automata.</p>;
};

/** All automata that the search means. */
export const List = () => {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  useLayoutEffect(() => {
    const watcher = new ResizeObserver(([entry]) => {
      height.value = entry!.contentRect.height;
    });
    watcher.observe(box.current!);
    return () => watcher.disconnect();
  }, []);
  const all = shown.value;
  const first = Math.max(0, Math.floor(top.value / rowHeight) - spare);
  const end = Math.min(all.length, Math.ceil((top.value + height.value) / rowHeight) + spare);
  const go = (index: number): void => {
    const row = all[Math.max(0, Math.min(all.length - 1, index))];
    if (row === undefined) return;
    selected.value = row.name;
    const at = all.indexOf(row) * rowHeight;
    const { scrollTop, clientHeight } = box.current!;
    if (at < scrollTop) box.current!.scrollTop = at;
    else if (at + rowHeight > scrollTop + clientHeight)
      box.current!.scrollTop = at + rowHeight - clientHeight;
  };
  /** Beside the line that is chosen. */
  const openMenu = (): void => {
    const name = selected.value;
    const line = name === null ? null : document.getElementById(`row-${name}`);
    if (name === null || line === null) return;
    const { left, bottom } = line.getBoundingClientRect();
    menu.value = { x: left + 40, y: bottom, name };
  };
  return (
    <section class="list" aria-label="Automata">
      <div
        id="list"
        class="rows"
        ref={box}
        role="listbox"
        aria-label="Automata"
        aria-activedescendant={selected.value === null ? undefined : `row-${selected.value}`}
        tabIndex={0}
        onScroll={({ currentTarget }) => {
          top.value = currentTarget.scrollTop;
        }}
        onKeyDown={(event) => {
          const index = all.findIndex(({ name }) => name === selected.value);
          const next = step(event.key, index, Math.floor(height.value / rowHeight), all.length - 1);
          if (next !== null) {
            event.preventDefault();
            go(next);
          } else if (event.key === "Enter") document.getElementById("panel")?.focus();
          else if (event.key === "ContextMenu" || event.key === "m") openMenu();
          else if (event.key === "l") tab.value = "logs";
          else if (event.key === "e") tab.value = "events";
          else if (event.key === "x") tab.value = "elements";
        }}
      >
        <div style={{ height: `${all.length * rowHeight}px` }}>
          {all.slice(first, end).map((row, i) => (
            <Line key={row.name} row={row} index={first + i} isSelected={row.name === selected.value} />
          ))}
        </div>
        {all.length === 0 ? <Nothing /> : null}
      </div>
    </section>
  );
};
