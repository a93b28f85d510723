// The ways in which a node can be lost to subscriptions, and how long the loss is seen.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { WsClient } from '../support/ws-client.js';
import { bare } from '../support/weir.js';
import { pause, until } from '../support/wait.js';
import { everything, subscription } from './ws.js';

async function usedUpstream(world) {
  const samples = await world.weir.metrics();
  return samples.filter(({ name, value }) => name === 'weir_ws_upstream_node' && value === 1).map(({ labels }) => labels.node);
}
async function comesFrom(world, name, deadline = 15_000) {
  if (bare) return;
  await until(`subscriptions come from ${name}`, async () => {
    const used = await usedUpstream(world);
    if (used.length === 1 && used[0] === name) return true;
    throw new Error(`they come from ${used}`);
  }, { within: deadline, every: 10 });
}
Then('subscriptions come from {string}', function (name) {
  return comesFrom(this, name);
});

const ways = {
  SIGKILL: (world, node) => node.kill(),
  SIGSTOP: (world, node) => node.suspend(),
  'a socket reset': (world, node) => node.dropSockets('ws'),
  async lag(world, node) {
    await node.freeze();
    if (world.simchain.options.blockTimeMs === 0) for (let i = 0; i < 7; ++i) await world.simchain.advance();
  },
  // The node stays healthy to HTTP, answers pings and calls, and sends no event any more.
  silence: (world, node) => node.fault('ws', 'hang', { match: 'eth_subscription' }),
  // The socket stays open and nothing comes from it, no pong either.
  deafness: (world, node) => node.fault('ws', 'deaf'),
  async draining(world, node) {
    for (const tier of ['primary', 'backup']) world.el[tier] = world.el[tier].filter(({ name }) => name !== node.name);
    world.weir.write(world.wholeConfig());
    world.weir.process.signal('SIGHUP');
    if (bare) return;
    await until(`${node.name} is gone from /status`, async () => !(await world.weir.status()).el_nodes.some(({ name }) => name === node.name));
  },
  async 'its return'(world, node) {
    await node.kill();
    if (!bare) await until('another node is used', async () => (await usedUpstream(world)).some((name) => name !== node.name));
    await node.run();
    await comesFrom(world, node.name);
  },
};
export async function lose(world, name, way) {
  world.lostAt = performance.now();
  await ways[way](world, world.node(name));
}
When(/^"(\w+)" is lost by (SIGKILL|SIGSTOP|a socket reset|lag|silence|deafness|draining|its return)$/, function (name, way) {
  return lose(this, name, way);
});

/** Blocks come until somebody has noticed: what is silent can only be told from what has nothing to say by others that speak. */
When(/^blocks come until "(\w+)" has got (\d+) more of them$/, async function (name, count) {
  const { feed } = subscription(this, name, 'newHeads');
  const before = feed.events.length;
  await until(`${count} more blocks for ${name}`, async () => {
    if (this.simchain.options.blockTimeMs === 0 && this.simchain.history.length < 200) await this.simchain.advance();
    if (feed.events.length >= before + Number(count)) return true;
    throw new Error(`it has got ${feed.events.length - before}`);
  }, { within: 15_000, every: 50 });
});

// --- how long

/** A client of each node itself, to know when a node announced a block. */
async function ear(world, name) {
  world.ears ??= new Map();
  if (world.ears.get(name)?.open) return world.ears.get(name);
  const one = await WsClient.connect(world.node(name).wsUrl, { name: `an ear at ${name}` });
  world.endings.push(() => one.socket.terminate());
  one.heads = await one.subscribe('newHeads');
  world.ears.set(name, one);
  return one;
}
/** From the loss, or from the next node's announcement if that came later, to the client's receipt. */
async function gapAfter(world, lost, next, sub, way) {
  const listener = await ear(world, next);
  await lose(world, lost, way);
  return worstGap(sub.feed, listener.heads.feed, world.lostAt);
}
/**
 * Of the events that came since the loss, the one that came latest after it could have come. What was
 * still under way from the lost node is among them and cannot hide it.
 */
async function worstGap(feed, heard, lostAt) {
  const since = await until('blocks after the loss', () => {
    const events = feed.events.filter(({ at }) => at > lostAt);
    return events.length >= 8 && events;
  }, { within: 15_000 });
  const gaps = since.map(({ result, at }) => {
    const announced = heard.events.find((event) => event.result.hash === result.hash)?.at;
    return announced === undefined ? 0 : at - Math.max(announced, lostAt);
  });
  return Math.max(...gaps);
}
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

When(/^the nodes "(\w+)" and "(\w+)" are lost in turn by (SIGKILL|SIGSTOP), (\d+) times in all$/, { timeout: 120_000 }, async function (first, second, way, times) {
  const sub = subscription(this, 'alice', 'newHeads');
  this.gaps = [];
  for (let i = 0; i < Number(times); ++i) {
    // Beginning with the first; on a busy machine who has just returned may have been left again already.
    if (i === 0) await comesFrom(this, first);
    const lost = bare ? [first, second][i % 2] : await until('a node is used', async () => (await usedUpstream(this))[0]);
    const next = lost === first ? second : first;
    await until('a head from it', () => sub.feed.tip);
    this.gaps.push(await gapAfter(this, lost, next, sub, way));
    await comesFrom(this, next);
    const node = this.node(lost);
    if (way === 'SIGKILL') await node.run();
    else await node.resume();
    if (!bare) await until(`${lost} is fit and followed`, async () => (await this.weir.node(lost)).is_healthy && (await this.weir.metric('ws_link_open', { node: lost })) === 1, { within: 15_000 });
  }
  this.attach(`gaps after ${way}: ${this.gaps.map((ms) => ms.toFixed(1)).join(', ')} ms`, 'text/plain');
});
Then('the median gap is less than {int} ms', function (most) {
  assert.ok(this.gaps.length > 0);
  assert.ok(median(this.gaps) < most, this.gaps.join(', '));
});
Then('no gap is longer than {int} ms', function (most) {
  assert.ok(this.gaps.length > 0);
  assert.ok(Math.max(...this.gaps) <= most, this.gaps.join(', '));
});
Then('each block after the loss came within {int} ms of its announcement', async function (most) {
  const gap = await worstGap(subscription(this, 'alice', 'newHeads').feed, this.simchain.heads.feed, this.lostAt);
  this.attach(`${gap.toFixed(1)} ms`, 'text/plain');
  assert.ok(gap <= most, `${gap} ms`);
});

// --- many failovers

When(/^(\d+) failovers follow one another under (\d+) reads per second$/, { timeout: 180_000 }, async function (times, perSecond) {
  const clients = [...this.wsClients.values()];
  let sent = 0;
  this.load = [];
  const timer = setInterval(() => {
    const one = clients[sent++ % clients.length];
    if (one.open) this.load.push(one.ask('eth_getBalance', [`0x${sent.toString(16).padStart(40, '0')}`, '0x64']));
  }, 1000 / perSecond);
  try {
    const nodes = [...this.nodes.keys()];
    const kinds = ['SIGKILL', 'a socket reset', 'SIGSTOP', 'lag', 'silence'];
    for (let i = 0; i < times; ++i) {
      const [used = nodes[i % nodes.length]] = bare ? [] : await usedUpstream(this);
      const way = kinds[i % kinds.length];
      const before = clients[0].subscriptions.values().next().value.feed.events.length;
      await lose(this, used, way);
      // A block was told since the loss: somebody else tells them now, or the same node does again.
      await until(`a block after ${way} of ${used}`, () => clients.every(({ subscriptions }) => subscriptions.values().next().value.feed.events.length > before + 1), { within: 15_000 });
      const node = this.node(used);
      if (!node.process.running) await node.run();
      else if (way === 'SIGSTOP') await node.resume();
      await node.clear();
      if (!bare) await until('two nodes are fit', async () => (await this.weir.status()).el_nodes.filter(({ is_healthy }) => is_healthy).length >= 2, { within: 20_000 });
    }
  } finally {
    clearInterval(timer);
  }
});
Then('each of at least {int} reads was answered once', async function (least) {
  const replies = await Promise.all(this.load);
  assert.ok(replies.length >= least, `only ${replies.length}`);
  assert.deepEqual(replies.filter(({ error }) => error).map(({ text }) => text), []);
  assert.deepEqual([...this.wsClients.values()].flatMap(({ unanswered }) => unanswered), []);
});
When('{string} goes up and down {int} times within a second', async function (name, times) {
  for (let i = 0; i < times; ++i) {
    await this.node(name).fault('el', 'refuse');
    await pause(500 / times);
    await this.node(name).clear();
    await pause(500 / times);
  }
});
Then('subscriptions have moved {int} time(s) since', async function (times) {
  assert.equal((await moves(this)) - this.movesBefore, times);
});
Then('subscriptions moved at most {int} times since', async function (most) {
  const changes = (await moves(this)) - this.movesBefore;
  assert.ok(changes <= most, `${changes} times`);
});
const moves = async (world) => (await world.weir.metric('ws_feed_switches_total')) ?? 0;
When('the moves of subscriptions are counted', async function () {
  this.movesBefore = await moves(this);
});
Then('after {int} more block(s) every client has got everything, once and in order', async function (blocks) {
  for (let i = 0; i < blocks; ++i) await this.simchain.advance();
  await everything(this, [...this.wsClients.values()].filter(({ subscriptions }) => subscriptions.size > 0));
});
Then('{string} has been asked to upgrade at most {int} times', async function (name, most) {
  const { ws } = await this.node(name).stats();
  assert.ok(ws.accepted <= most, `${ws.accepted} times`);
  assert.ok(ws.accepted > 0, 'not once');
});
When('{string} comes back after {word}', async function (name, way) {
  const node = this.node(name);
  if (way === 'SIGKILL') await node.run();
  else if (way === 'SIGSTOP') await node.resume();
  await node.clear();
});
Then('within two health intervals subscriptions come from {string}', function (name) {
  // from its fitness, which the step before has waited for; and what the look itself takes
  return comesFrom(this, name, 2 * this.config.global.health_check_interval_ms + 100);
});
When('{int} second(s) passes/pass without any node', async function (seconds) {
  const { blockTimeMs } = this.simchain.options;
  const blocks = this.simchain.heads.feed.events.length + Math.ceil((seconds * 1000) / blockTimeMs);
  await until('the blocks of that time', () => this.simchain.heads.feed.events.length >= blocks);
});
When('all clients vanish', function () {
  for (const one of this.wsClients.values()) one.socket.terminate();
});
