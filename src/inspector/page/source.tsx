/** The text of the program, beside what it is. Its editor loads when it is first looked at. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { connected, place, sourceFile } from "./store.ts";

/** The editor of the program's text. */
export const Source = () => {
  const host = useRef<HTMLDivElement>(null);
  const said = useSignal("Loading the text …");
  const file = sourceFile.value;
  const isOpen = connected.value === "open";
  useEffect(() => {
    if (!isOpen) return;
    let end = (): void => {};
    let isCurrent = true;
    void import("./editor.ts").then(async ({ openEditor }) => {
      const close = await openEditor(host.current!, file, (text) => {
        said.value = text;
      });
      if (isCurrent) end = close;
      else close();
    });
    return () => {
      isCurrent = false;
      end();
    };
  }, [file, isOpen]);
  return (
    <div class="source-view">
      <p class="quiet bar" role="status">
        {said.value}
      </p>
      <div ref={host} class="editor" data-line={place.value?.line ?? ""} />
    </div>
  );
};
