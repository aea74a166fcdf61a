/** Which connections a filter means. */
import test from "ava";
import { type Connection, type ConnectionFilter, isMatch } from "../../../runtime/netlink/conntrack.ts";

const tuple = {
  source: "10.0.0.1",
  destination: "10.0.0.2",
  protocol: 6,
  sourcePort: 40_000,
  destinationPort: 80,
};
const back = {
  source: "10.0.0.3",
  destination: "10.0.0.1",
  protocol: 6,
  sourcePort: 8080,
  destinationPort: 40_000,
};
const connection: Connection = {
  family: 2,
  original: tuple,
  reply: back,
  mark: 7,
  id: 1,
  isEstablished: false,
};

const means = (filter: Partial<ConnectionFilter>): boolean => isMatch(connection, { family: 2, ...filter });

test("a filter means connections of its family, with its mark where it has one", (t) => {
  t.true(means({}));
  t.false(means({ family: 10 }));
  t.true(means({ mark: 7 }));
  t.false(means({ mark: 8 }));
});

test("every part of a tuple that a filter names must be so, in its own direction", (t) => {
  for (const [direction, whole] of [
    ["original", tuple],
    ["reply", back],
  ] as const) {
    t.true(means({ [direction]: whole }), direction);
    const others = {
      source: "10.9.9.9",
      destination: "10.9.9.9",
      protocol: 17,
      sourcePort: 1,
      destinationPort: 1,
    };
    for (const part of Object.keys(others) as (keyof typeof others)[]) {
      t.true(means({ [direction]: { [part]: whole[part] } }), `${direction} ${part}`);
      t.false(means({ [direction]: { [part]: others[part] } }), `${direction} ${part}`);
      t.false(means({ [direction]: { ...whole, [part]: others[part] } }), `${direction} ${part}`);
    }
  }
});
