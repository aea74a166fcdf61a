/**
 * Which instances of an automaton stay, go, or are replaced, so that its clients
 * notice nothing. A decision follows from how things stand alone, so an orchestrator
 * that takes over in the middle of a roll goes on where the last one died.
 *
 * What must hold: by its own doing no decision leaves fewer ready instances in service
 * than are asked for; no instance is stopped that may still have connections, but for the
 * grace; what was taken out comes back if the reason is gone. Only so many instances at
 * a time run what has not yet proved to become ready, and get no connections before while
 * others can take them: a text that never gets ready, or ends soon after, replaces no
 * instance that serves. Pure: the caller has the clock.
 */

export type UpdatePolicy = "roll" | "replace";

/** An instance that exists. */
export interface RolloutInstance {
  readonly index: number;
  /** It runs what is wanted of it now; else its process must be replaced. */
  readonly current: boolean;
  /** It answers. */
  readonly ready: boolean;
  /** From then on its readiness is proved: there are programs that end as soon as they listen. */
  readonly provedAt: number;
  /** It gets no new connections, by decision; null: it gets them when it is ready. */
  readonly draining: Draining | null;
}

export interface Draining {
  readonly since: number;
  /** Connections still open, counted after it was taken out; null: not counted yet. */
  readonly open: number | null;
}

export interface RolloutInput {
  /** How many are asked for. */
  readonly target: number;
  readonly instances: readonly RolloutInstance[];
  /** Whether there is somebody to notice: instances that others reach leave when their connections have. */
  readonly reached: boolean;
  /** `roll`: those that others reach are replaced after their successors; `replace`: each ends before. */
  readonly update: UpdatePolicy;
  /** How long open connections may take to finish, in milliseconds. */
  readonly graceMs: number;
  readonly now: number;
}

export interface Decision {
  /** How many instances there must be at least. */
  readonly minimum: number;
  /** These get no new connections. */
  readonly draining: ReadonlySet<number>;
  /** Ready only just now, and not needed: these get connections when their readiness is proved. */
  readonly heldBack: ReadonlySet<number>;
  /** The processes of these may be replaced now. */
  readonly replace: ReadonlySet<number>;
  /** Something waits until the readiness of an instance is proved. */
  readonly proves: boolean;
  /** When to look again at the latest; null: when something changes. */
  readonly lookAt: number | null;
}

/** So many are replaced at a time: a quarter, as is usual. */
const atATime = (target: number): number => Math.max(1, Math.floor(target / 4));

const isStale = ({ current }: RolloutInstance): boolean => !current;

/** Whether it can be relied on: it is ready, and did not just become so with what is wanted now. */
const isReliable = ({ current, ready, provedAt }: RolloutInstance, now: number): boolean =>
  ready && (!current || now >= provedAt);

/** Whether successors come first, as further instances until the roll is through. */
const surges = ({ reached, update }: RolloutInput): boolean => reached && update === "roll";

const isDrained = (
  { draining, current, index }: RolloutInstance,
  keep: number,
  input: RolloutInput,
): boolean => {
  const { reached, update, graceMs, now } = input;
  if (!reached) return true;
  if (draining === null) return false;
  if (now >= draining.since + graceMs) return true;
  // Until its successor runs nobody is served: what it is answering is its own to finish.
  const isReplaced = update === "replace" && !current && index < keep;
  return isReplaced ? draining.open !== null : draining.open === 0;
};

/** How many run what is wanted now without having proved to get ready with it, or are about to. */
const unproven = ({ target, instances, now }: RolloutInput, keep: number): number => {
  const there = instances.filter(({ index }) => index < keep);
  const proved = there.filter((instance) => instance.current && isReliable(instance, now)).length;
  const waiting = there.filter((instance) => isStale(instance) && instance.draining === null).length;
  const successors = Math.max(0, keep - target - instances.filter(({ index }) => index >= target).length);
  return there.length - proved - waiting + successors;
};

/** The instances that drain: those that are to go or to be replaced, as far as the rest can do without them. */
const chooseDraining = (input: RolloutInput, keep: number): ReadonlySet<number> => {
  const { target, instances, reached, now } = input;
  const leaves = ({ index }: RolloutInstance): boolean => reached && index >= keep;
  const mustGo = (instance: RolloutInstance): boolean => leaves(instance) || isStale(instance);
  const draining = new Set<number>();
  for (const instance of instances)
    if (instance.draining !== null && mustGo(instance)) draining.add(instance.index);
  const inService = instances.filter(({ ready, index }) => ready && !draining.has(index));
  const serves = inService.length > 0;
  let reliable = inService.filter((instance) => isReliable(instance, now)).length;
  let trials = unproven(input, keep);
  // What goes for good goes first, the last come first; then those of no use, then the others in order.
  const candidates = instances
    .filter((instance) => instance.draining === null && mustGo(instance))
    .sort(
      (a, b) =>
        Number(leaves(b)) - Number(leaves(a)) ||
        (leaves(a) ? b.index - a.index : Number(a.ready) - Number(b.ready) || a.index - b.index),
    );
  for (const instance of candidates) {
    const { index, ready } = instance;
    const others = reliable - Number(isReliable(instance, now));
    if (leaves(instance)) {
      if (ready && others < target) continue;
    } else if (!reached && index >= keep) {
      // It goes at once, and is replaced by nobody.
    } else {
      if (trials >= atATime(target) && (ready || serves)) continue;
      if (ready && surges(input) && others < target) continue;
      trials++;
    }
    draining.add(index);
    reliable = others;
  }
  return draining;
};

export const decide = (input: RolloutInput): Decision => {
  const { target, instances, reached, graceMs, now } = input;
  const stale = instances.filter((instance) => instance.index < target && isStale(instance)).length;
  const keep = target + (surges(input) ? Math.min(stale, atATime(target)) : 0);
  const draining = chooseDraining(input, keep);
  const inService = instances.filter(({ index, ready }) => ready && !draining.has(index));
  const reliable = inService.filter((instance) => isReliable(instance, now));
  const isEnough = reliable.length >= target;
  const heldBack = new Set(
    inService.filter((instance) => isEnough && !isReliable(instance, now)).map(({ index }) => index),
  );
  const replace = new Set<number>();
  let minimum = keep;
  let lookAt: number | null = null;
  const look = (at: number): void => {
    lookAt = Math.min(lookAt ?? Number.POSITIVE_INFINITY, at);
  };
  let proves = false;
  const isMoving = heldBack.size > 0 || stale > 0 || instances.some(({ index }) => index >= target);
  for (const instance of instances) {
    const { index, current, ready, provedAt } = instance;
    if (isMoving && current && ready && now < provedAt) {
      proves = true;
      look(provedAt);
    }
    if (!reached && index >= keep) continue; // it may go at once
    const isDraining = draining.has(index);
    const drained = isDraining && isDrained(instance, keep, input);
    if (drained && !current && index < keep) replace.add(index);
    if (!drained && index >= keep) minimum = Math.max(minimum, index + 1);
    if (isDraining && !drained && instance.draining !== null) look(instance.draining.since + graceMs);
  }
  return { minimum, draining, heldBack, replace, proves, lookAt };
};
