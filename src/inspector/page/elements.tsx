/** Why the chosen automaton is as it is: its instances, and what each pass found out about it and from what. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ExplainedDependency } from "../../program/explain.ts";
import type { ExplainedElement, ExplainedPass } from "../explained.ts";
import { StateMark } from "./state-mark.tsx";
import {
  chosen,
  connection,
  goal,
  head,
  menu,
  protocolAt,
  restart,
  selected,
  showSource,
  wires,
} from "./store.ts";

const valueText = (value: unknown): string =>
  value === null ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);

const Dependency = ({ source: { what, place, value } }: { source: ExplainedDependency }) => (
  <span class="source">
    {what}
    {value === undefined ? null : <code> = {valueText(value)}</code>}
    {place === undefined ? null : (
      <button
        type="button"
        class="at"
        title="Show it in the text"
        onClick={() => showSource(place.file, place.range.start.line, place.range.start.column)}
      >
        {place.file.replace(/^.*\//, "")}:{place.range.start.line}:{place.range.start.column}
      </button>
    )}
  </span>
);

const Pass = ({ pass: { pass, rows, from, cause } }: { pass: ExplainedPass }) => (
  <details class="pass" open>
    <summary>
      {pass} <span class="quiet">{cause}</span>
    </summary>
    <dl>
      {rows.map(([name, detail]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{detail}</dd>
        </div>
      ))}
    </dl>
    {from.length === 0 ? null : (
      <p class="from">
        from{" "}
        {from.map((source) => (
          <Dependency key={source.what} source={source} />
        ))}
      </p>
    )}
  </details>
);

const Instances = () => {
  const { instances } = chosen.value!;
  return (
    <table class="instances">
      <thead>
        <tr>
          <th>Instance</th>
          <th>State</th>
          <th>Process</th>
          <th>Restarts</th>
          <th>Addresses</th>
        </tr>
      </thead>
      <tbody>
        {instances.slice(0, 100).map(({ index, state, pid, restarts, addresses, reason }) => (
          <tr key={index}>
            <td>{index}</td>
            <td>
              <StateMark state={state} /> {state}
              {reason === null ? null : <div class="reason">{reason}</div>}
            </td>
            <td>{pid ?? "–"}</td>
            <td>{restarts}</td>
            <td class="addresses">{addresses.join(" ")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const Wires = () => {
  const of = (end: string): string => end.slice(0, end.lastIndexOf("."));
  const name = selected.value!;
  const own = wires.value.filter(({ from, to }) => of(from) === name || of(to) === name);
  const { services } = chosen.value!;
  if (own.length + services.length === 0) return null;
  return (
    <section>
      <h3>Ports and wires</h3>
      <ul class="wires">
        {services.map(({ port, protocol, transport, number, vips }) => (
          <li key={port}>
            <b>{port}</b>: {protocol} on {transport} {number} <span class="quiet">{vips.join(" ")}</span>
          </li>
        ))}
        {own.map(({ from, to, kind }) => {
          const other = of(from) === name ? of(to) : of(from);
          return (
            <li key={`${from} ${to}`}>
              <button
                type="button"
                class="link"
                title="Rewire, or take away"
                onClick={() => {
                  goal.value = `rewire ${from} => `;
                }}
              >
                Rewire …
              </button>
              {from} {kind === "request" ? "⇒" : "→"} {to} <span class="quiet">{protocolAt(to)}</span>{" "}
              {other === name ? null : (
                <button type="button" class="link" onClick={() => (selected.value = other)}>
                  {other}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
};

type Known = { readonly of: string } & ({ readonly told: ExplainedElement } | { readonly wrong: string });

/** Asks again when another is chosen, and when the chosen one changes. */
const useExplained = (): Known | null => {
  const known = useSignal<Known | null>(null);
  const of = selected.value;
  const status = chosen.value;
  useEffect(() => {
    if (of === null) return;
    let isCurrent = true;
    void connection.ask("explain", { name: of }).then((answered) => {
      if (!isCurrent) return;
      known.value =
        "result" in answered ? { of, told: answered.result } : { of, wrong: answered.refusal.message };
    });
    return () => {
      isCurrent = false;
    };
  }, [of, status]);
  return known.value?.of === of ? known.value : null;
};

const Explanation = ({ known }: { known: Known | null }) => {
  if (known === null) return <p class="nothing">Asking why it is so …</p>;
  if ("wrong" in known) return <p class="wrong">{known.wrong}</p>;
  const { written, provenances, passes } = known.told;
  return (
    <>
      <section>
        <h3>Written</h3>
        <ul class="sources">
          {written.map((source) => (
            <li key={source.what}>
              <Dependency source={source} />
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>Comes from</h3>
        <dl class="provenance">
          {provenances.map(({ of, steps }) => (
            <div key={of}>
              <dt>{of}</dt>
              <dd>
                {steps.map((source, i) => (
                  <Dependency key={i} source={source} />
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        <h3>Computed</h3>
        {passes.map((pass) => (
          <Pass key={pass.pass} pass={pass} />
        ))}
      </section>
    </>
  );
};

/** The panel of what is chosen. */
export const Elements = () => {
  const known = useExplained();
  const name = selected.value;
  if (name === null) return <p class="nothing">Choose an automaton to see why it is as it is.</p>;
  if (chosen.value === null)
    return (
      <p class="nothing">
        {name} is not in {head.value!.system} any more.
      </p>
    );
  return (
    <article class="elements">
      <div class="bar">
        <h2>{name}</h2>
        {chosen.value.external === true || head.value!.isModel ? null : (
          <button type="button" onClick={() => void restart(name)}>
            Restart
          </button>
        )}
        <button
          type="button"
          aria-haspopup="menu"
          onClick={({ clientX, clientY }) => {
            menu.value = { x: clientX, y: clientY, name };
          }}
        >
          Change …
        </button>
      </div>
      {chosen.value.instances.length > 0 ? <Instances /> : null}
      <Wires />
      <Explanation known={known} />
    </article>
  );
};
