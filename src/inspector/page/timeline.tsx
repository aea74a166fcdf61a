/** How the chosen automaton stood over time: its instances, and what is measured of it. */
import { useEffect, useRef } from "preact/hooks";
import { chosen, selected } from "./store.ts";

/** Charts of the chosen automaton, since the page was opened. */
export const Timeline = () => {
  const host = useRef<HTMLDivElement>(null);
  const name = selected.value;
  const status = chosen.value;
  useEffect(() => {
    if (name === null || status === null) return;
    let end = (): void => {};
    let isCurrent = true;
    void import("./charts.ts").then(({ openCharts }) => {
      if (isCurrent) end = openCharts(host.current!, name);
    });
    return () => {
      isCurrent = false;
      end();
    };
  }, [name, status === null]);
  if (name === null) return <p class="nothing">Choose an automaton to see how it stood over time.</p>;
  return (
    <div class="timeline">
      <p class="quiet bar">
        {name}, since this page was opened. Connections and CPU are measured where the program asks for them.
      </p>
      <div ref={host} />
    </div>
  );
};
