/** The panel beside the list: what is chosen, its logs, and what happens. */
import { Elements } from "./elements.tsx";
import { Events } from "./events.tsx";
import { Logs } from "./logs.tsx";
import { Source } from "./source.tsx";
import { selected, type Tab, tab } from "./store.ts";
import { Timeline } from "./timeline.tsx";

const tabs: readonly (readonly [Tab, string])[] = [
  ["elements", "Elements"],
  ["source", "Source"],
  ["timeline", "Timeline"],
  ["logs", "Logs"],
  ["events", "Events"],
];

const shownTabs: { readonly [T in Tab]: () => preact.JSX.Element } = {
  elements: () => <Elements />,
  source: () => <Source />,
  timeline: () => <Timeline />,
  logs: () => <Logs />,
  events: () => <Events />,
};

const turn = (by: number): void => {
  const at = tabs.findIndex(([name]) => name === tab.value);
  const [next] = tabs[(at + by + tabs.length) % tabs.length]!;
  tab.value = next;
  document.getElementById(`tab-${next}`)?.focus();
};

/** Beside the list; on a narrow window in its place while something is chosen. */
export const Panel = () => (
  <section class="panel" aria-label="Details">
    <div class="tabs" role="tablist" aria-label="What is shown">
      <button
        type="button"
        class="back"
        aria-label="Back to the list"
        onClick={() => (selected.value = null)}
      >
        ←
      </button>
      {tabs.map(([name, title]) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={tab.value === name}
          aria-controls="panel"
          tabIndex={tab.value === name ? 0 : -1}
          onClick={() => (tab.value = name)}
          onKeyDown={({ key }) => {
            if (key === "ArrowRight") turn(1);
            if (key === "ArrowLeft") turn(-1);
          }}
        >
          {title}
        </button>
      ))}
    </div>
    <div
      id="panel"
      class="shown"
      role="tabpanel"
      aria-labelledby={`tab-${tab.value}`}
      tabIndex={-1}
      onKeyDown={({ key }) => {
        if (key === "Escape") document.getElementById("list")?.focus();
      }}
    >
      {shownTabs[tab.value]()}
    </div>
  </section>
);
