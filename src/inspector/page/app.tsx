/** The page as a whole, also before anything is known and after the connection was lost. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Goal } from "./edit.tsx";
import { Graph } from "./graph/graph.tsx";
import { Head } from "./head.tsx";
import { List } from "./list.tsx";
import { Menu } from "./menu.tsx";
import { Panel } from "./panel.tsx";
import { connected, head, notice, selected, view, whole } from "./store.ts";

const Empty = ({ title, children }: { title: string; children: preact.ComponentChildren }) => (
  <main class="empty">
    <h1>{title}</h1>
    <div>{children}</div>
  </main>
);

const Notice = () => {
  const said = notice.value;
  useEffect(() => {
    if (said === null || said.isWrong) return;
    const timer = setTimeout(() => {
      notice.value = null;
    }, 6_000);
    return () => clearTimeout(timer);
  }, [said]);
  if (said === null) return null;
  return (
    <div class={said.isWrong ? "notice wrong" : "notice"} role="status">
      {said.text}
      <button type="button" aria-label="Dismiss" onClick={() => (notice.value = null)}>
        ×
      </button>
    </div>
  );
};

/** On a wide window both are seen. */
const wide = matchMedia("(min-width: 1900px)");
const isWide = signal(wide.matches);
wide.addEventListener("change", ({ matches }) => {
  isWide.value = matches;
});

const ViewTabs = () => (
  <div class="tabs view-tabs" role="tablist" aria-label="List or graph">
    {(["list", "graph"] as const).map((name) => (
      <button
        key={name}
        type="button"
        role="tab"
        id={`view-${name}`}
        aria-selected={view.value === name}
        onClick={() => (view.value = name)}
      >
        {name === "list" ? "List" : "Graph"}
      </button>
    ))}
  </div>
);

/** All of the page. */
export const App = () => {
  if (connected.value === "refused")
    return (
      <Empty title="This address was used before">
        <p>
          Each address that <code>architect inspect</code> prints opens one page, so that nobody else can.
        </p>
        <p>Take the latest one from its terminal.</p>
      </Empty>
    );
  if (head.value === null)
    return connected.value === "lost" ? (
      <Empty title="The inspector does not answer">
        <p>It has ended, or is not to be reached. This page connects as soon as it is there.</p>
      </Empty>
    ) : (
      <Empty title="Connecting …">
        <p>The first snapshot of the system is on its way.</p>
      </Empty>
    );
  return (
    <div class={selected.value === null ? "frame" : "frame chosen"}>
      <Head />
      <main class="rooms" aria-busy={!whole.value}>
        <div class="views">
          <ViewTabs />
          <div class={`both as-${view.value}`}>
            <List />
            {view.value === "graph" || isWide.value ? <Graph /> : null}
          </div>
        </div>
        <Panel />
      </main>
      <Notice />
      <Menu />
      <Goal />
    </div>
  );
};
