/** The bar above: the system, how it stands, and what is wrong. */

import { portsText, publishedPorts } from "../../core/port-range.ts";
import type { Order } from "../row.ts";
import { Turns } from "./edit.tsx";
import { connected, head, order, query, rows, shown, wires } from "./store.ts";

const Trouble = () => {
  const { link, said, problems, warnings, rejected } = head.value!;
  const told: readonly (readonly [kind: string, text: string])[] = [
    ...(connected.value === "lost"
      ? [["wrong", "The inspector does not answer: this is what was last known."] as const]
      : link !== "answering" && link !== "connecting"
        ? [["wrong", `${said}: this is what was last known.`] as const]
        : []),
    ...(rejected === null
      ? []
      : [
          [
            "wrong",
            `${rejected.file}:${rejected.line}:${rejected.column}: ${rejected.message.replace(/\.$/, "")}. What ran before still runs.`,
          ] as const,
        ]),
    ...problems.map((text) => ["wrong", text] as const),
    ...warnings.map((text) => ["warning", text] as const),
  ];
  if (told.length === 0) return null;
  return (
    <ul class="troubles" role="alert">
      {told.slice(0, 4).map(([kind, text]) => (
        <li key={text} class={kind}>
          {text}
        </li>
      ))}
      {told.length > 4 ? <li class="wrong">and {told.length - 4} more</li> : null}
    </ul>
  );
};

const orders: readonly Order[] = ["name", "state", "load", "restarts"];

const Search = () => (
  <search class="search">
    <input
      id="search"
      type="search"
      placeholder="Search: name, state:backoff, protocol:Rpc"
      aria-label="Search by name, state or protocol"
      value={query.value}
      onInput={({ currentTarget }) => {
        query.value = currentTarget.value;
      }}
      onKeyDown={(event) => {
        if (event.key === "ArrowDown" || event.key === "Enter") {
          event.preventDefault();
          document.getElementById("list")?.focus();
        }
      }}
    />
    <label>
      by{" "}
      <select
        value={order.value}
        onChange={({ currentTarget }) => {
          order.value = currentTarget.value as Order;
        }}
      >
        {orders.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  </search>
);

/** The bar above the list and the panel. */
export const Head = () => {
  const { system, state, base, isModel, file, publications, link } = head.value!;
  const all = [...rows.value.values()];
  const ready = all.reduce((sum, row) => sum + row.ready, 0);
  const count = all.reduce((sum, row) => sum + row.count, 0);
  const stands = connected.value === "lost" || link !== "answering" ? "unknown" : state;
  document.title = `${system}: ${stands}`;
  return (
    <header class="head">
      <div class="title">
        <h1>{system}</h1>
        <span class={`chip ${isModel ? "model" : stands}`}>
          {link === "connecting" ? "connecting" : isModel ? `model: ${stands}` : stands}
        </span>
        <span class="quiet">
          {ready} of {count} ready · {all.length} automata · {wires.value.length} wires
          {publications.length > 0
            ? ` · ports ${publications.map((one) => portsText(publishedPorts(one))).join(", ")}`
            : ""}
        </span>
        <span class="quiet place" title={file ?? ""}>
          {isModel ? "a model of the program: nothing of it runs" : base}
          {file === null ? "" : ` · ${file}`}
        </span>
      </div>
      <Search />
      {file === null ? null : <Turns />}
      <span class="quiet count" aria-live="polite">
        {shown.value.length === all.length ? "" : `${shown.value.length} of ${all.length}`}
      </span>
      <Trouble />
    </header>
  );
};
