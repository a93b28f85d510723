// What a subscription has told, and what of it no single node would ever have told.

const number = (quantity) => Number(BigInt(quantity));

/** Base: counts and keeps. `complain(text)` reports what must not be. */
class Feed {
  events = []; // { at, result }
  constructor(complain) {
    this.complain = complain;
  }
  take(result, at) {
    this.events.push({ at, result });
    this.check(result);
  }
  check() {}
}

/** Each head follows one that was told before it, and none is told twice while it is on the chain. */
class Heads extends Feed {
  branch = []; // { number, hash } from the first one told to the tip
  check({ number: quantity, hash, parentHash }) {
    const next = { number: number(quantity), hash };
    const tip = this.branch.at(-1);
    if (this.branch.some((block) => block.hash === hash)) return this.complain(`head ${next.number} ${hash} a second time`);
    if (tip && parentHash !== tip.hash) {
      // A reorganisation: back to the common ancestor, or to below where this subscription began.
      const parent = this.branch.findIndex((block) => block.hash === parentHash);
      if (parent < 0 && next.number > this.branch[0].number) return this.complain(`head ${next.number} after ${tip.number} without what lies between`);
      if (parent >= 0 && next.number > tip.number) return this.complain(`head ${next.number} after ${tip.number} with another parent`);
      this.branch.length = parent + 1;
      this.reorganised = (this.reorganised ?? 0) + 1;
    }
    this.branch.push(next);
  }
  get numbers() {
    return this.events.map(({ result }) => number(result.number));
  }
  get tip() {
    return this.branch.at(-1);
  }
}

/** Each log once, in order; taken back only if it was told, and before what takes its place. */
class Logs extends Feed {
  live = new Map(); // key to { block, hash, index }, in order
  check(log) {
    const key = `${log.blockHash} ${log.logIndex}`;
    const entry = { block: number(log.blockNumber), hash: log.blockHash, index: number(log.logIndex) };
    if (log.removed) {
      if (!this.live.delete(key)) this.complain(`removed log ${entry.block}/${entry.index} that was never told`);
      this.removed = (this.removed ?? 0) + 1;
      return;
    }
    if (this.live.has(key)) return this.complain(`log ${entry.block}/${entry.index} a second time`);
    const last = [...this.live.values()].at(-1);
    if (last && (last.block > entry.block || (last.block === entry.block && (last.hash !== entry.hash || last.index >= entry.index)))) {
      this.complain(`log ${entry.block}/${entry.index} ${entry.hash} after ${last.block}/${last.index} ${last.hash}`);
    }
    this.live.set(key, entry);
    if (this.live.size > 4096) this.live.delete(this.live.keys().next().value);
  }
  get keys() {
    return [...this.live.keys()];
  }
}

class Pending extends Feed {
  hashes = new Set();
  check(transaction) {
    const hash = typeof transaction === 'string' ? transaction : transaction.hash;
    if (this.hashes.has(hash)) return this.complain(`pending transaction ${hash} a second time`);
    this.hashes.add(hash);
  }
}

/** The state is told only when it differs from the one told before. */
class Syncing extends Feed {
  check(state) {
    const now = typeof state === 'boolean' ? state : state.syncing;
    if (this.events.length > 1 && this.state === now) this.complain(`syncing ${now} a second time`);
    this.state = now;
  }
}

export function feedOf(kind, complain) {
  const kinds = { newHeads: Heads, logs: Logs, newPendingTransactions: Pending, syncing: Syncing };
  return new (kinds[kind] ?? Feed)(complain);
}
