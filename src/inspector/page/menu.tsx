/** The menu of an automaton: by the right button, or by a key. */
import { useEffect, useRef } from "preact/hooks";
import { goal, head, menu, restart, rows, selected, tab } from "./store.ts";

type Entry = readonly [title: string, act: () => void];

const entriesOf = (name: string): readonly Entry[] => {
  const count = rows.value.get(name)?.count ?? 0;
  const ask = (text: string) => (): void => {
    goal.value = text;
  };
  const open = (what: "elements" | "logs" | "events") => (): void => {
    selected.value = name;
    tab.value = what;
  };
  return [
    ["Why it is so", open("elements")],
    ["Logs", open("logs")],
    ["Events", open("events")],
    ...(head.value!.isModel ? [] : [["Restart", () => void restart(name)] as const]),
    ["Scale …", ask(`scale ${name} ${count + 1}`)],
    ["Set …", ask(`set ${name}.`)],
    ["Wire …", ask(`wire ${name} => `)],
    ["Publish …", ask(`publish ${name}.`)],
    ["Copy …", ask(`copy ${name} ${name}_2`)],
    ["Rename …", ask(`rename ${name} `)],
    ["Delete …", ask(`delete ${name}`)],
  ];
};

/** The menu, while it is open. */
export const Menu = () => {
  const box = useRef<HTMLDivElement>(null);
  const at = menu.value;
  const before = useRef<Element | null>(null);
  useEffect(() => {
    if (at === null) return;
    before.current = document.activeElement;
    box.current!.querySelector("button")?.focus();
  }, [at]);
  if (at === null) return null;
  const close = (): void => {
    menu.value = null;
    (before.current as HTMLElement | null)?.focus();
  };
  const move = (by: number): void => {
    const all = [...box.current!.querySelectorAll("button")];
    const next = all.indexOf(document.activeElement as HTMLButtonElement) + by;
    all[(next + all.length) % all.length]!.focus();
  };
  return (
    <>
      <button
        type="button"
        class="behind"
        tabIndex={-1}
        aria-label="Close the menu"
        onPointerDown={close}
        onContextMenu={(event) => event.preventDefault()}
      />
      <div
        ref={box}
        class="menu"
        role="menu"
        tabIndex={-1}
        aria-label={at.name}
        style={{
          left: `${Math.min(at.x, innerWidth - 190)}px`,
          top: `${Math.min(at.y, innerHeight - 360)}px`,
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape" || event.key === "Tab") close();
          else if (event.key === "ArrowDown") move(1);
          else if (event.key === "ArrowUp") move(-1);
          else return;
          event.preventDefault();
        }}
      >
        <div class="title">{at.name}</div>
        {entriesOf(at.name).map(([title, act]) => (
          <button
            key={title}
            type="button"
            role="menuitem"
            onClick={() => {
              close();
              act();
            }}
          >
            {title}
          </button>
        ))}
      </div>
    </>
  );
};
