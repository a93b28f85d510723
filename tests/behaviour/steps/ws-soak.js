// The long run: many clients, many calls, nodes that die again and again.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { account, contractAddress, recipient } from '../support/anvil.js';
import { logTopic } from '../support/contract.js';
import { Traffic } from '../support/traffic.js';
import { tipOf } from '../support/simchain.js';
import { EthersWatcher, ViemWatcher } from '../support/watchers.js';
import { bare } from '../support/weir.js';
import { pause, until } from '../support/wait.js';
import { connect, everything } from './ws.js';
import { loseReal, whole } from './ws-clients.js';

const long = process.env.WEIR_SOAK === 'long';
const plan = long ? { failovers: 20, everyMs: 15_000 } : { failovers: 6, everyMs: 9_000 };

When('{int} plain clients, {int} with viem and {int} with ethers take 5 subscriptions each', { timeout: 120_000 }, async function (plain, viem, ethers) {
  this.crowd = [];
  for (let i = 0; i < plain; ++i) {
    const one = await connect(this, `plain ${i}`, { keep: false });
    one.strictHeads = true;
    await Promise.all([
      one.subscribe('newHeads'),
      one.subscribe('newHeads'),
      one.subscribe('logs', [{ address: contractAddress }]),
      one.subscribe('logs', [{ topics: [logTopic] }]),
      one.subscribe('newPendingTransactions'),
    ]);
    this.crowd.push(one);
  }
  this.watchers = [];
  for (let i = 0; i < viem + ethers; ++i) {
    const watcher = i < viem ? await ViemWatcher.start(this.weir.ws, `viem ${i}`) : await EthersWatcher.start(this.weir.ws, `ethers ${i}`);
    this.watchers.push(watcher);
    this.endings.push(() => watcher.close());
  }
});

function calls(world) {
  const questions = [
    ['eth_blockNumber', []],
    ['eth_getBlockByNumber', ['latest', false]],
    ['eth_getBalance', [account.address, 'latest']],
    ['eth_chainId', []],
    ['eth_call', [{ to: contractAddress }, 'latest']],
    ['eth_getLogs', [{ address: contractAddress, fromBlock: '0x0', toBlock: '0x4' }]],
    ['eth_getTransactionCount', [recipient, 'latest']],
  ];
  const everyone = [...world.crowd.map((one) => (method, params) => one.call(method, params)), ...world.watchers.map((one) => (method, params) => one.call(method, params))];
  let next = 0;
  return questions.map(([method, params]) => [method, async () => {
    const result = await everyone[next++ % everyone.length](method, params);
    if (result === undefined || result === null) throw new Error(`${method}: ${result}`);
  }]);
}
/** Each failover: one node is lost, everyone hears from the other, the node comes back. */
async function failovers(world) {
  const nodes = [...world.nodes.keys()];
  const ways = ['SIGKILL', 'SIGSTOP', 'lag'];
  const witness = world.crowd[0].subscriptions.values().next().value.feed;
  for (let i = 0; i < plan.failovers; ++i) {
    const due = performance.now() + plan.everyMs;
    const used = bare ? undefined : (await world.weir.metrics()).find(({ name, value }) => name === 'weir_ws_upstream_node' && value === 1)?.labels.node;
    const name = used ?? nodes[i % nodes.length];
    const way = ways[i % ways.length];
    const before = (await tipOf(world.chain.immortal.elUrl)).number;
    await loseReal(world, name, way);
    const lostAt = performance.now();
    await until(`a block after ${way} of ${name}`, () => witness.tip?.number > before + 1, { within: 15_000 });
    world.story.push(`${way} of ${name}: block ${before + 2} seen after ${(performance.now() - lostAt).toFixed(0)} ms`);
    if (way === 'lag' && !bare) await until(`${name} lags`, async () => !(await world.weir.node(name)).is_healthy, { within: 15_000 });
    await world.chain.bringBack(name);
    if (!bare) await until(`${name} is fit`, async () => (await world.weir.node(name)).is_healthy, { within: 30_000 });
    await pause(Math.max(0, due - performance.now()));
  }
}
When('they send {int} calls per second while nodes are lost again and again', { timeout: 900_000 }, async function (perSecond) {
  this.story = [];
  this.memory = [];
  const sampling = setInterval(() => bare || this.memory.push(this.weir.memory().rss / 1024), 500);
  this.traffic = new Traffic(calls(this), perSecond).start();
  this.begun = performance.now();
  try {
    await failovers(this);
  } finally {
    clearInterval(sampling);
    this.attach(this.story.join('\n'), 'text/plain');
    await this.traffic.stop();
  }
});
Then('every call was answered once', function () {
  const { answers, failed, slowest, perSecond } = this.traffic;
  this.attach(`${answers.length} calls at ${perSecond.toFixed(0)} per second, ${failed.length} failed, the slowest took ${slowest.toFixed(0)} ms`, 'text/plain');
  assert.deepEqual(failed.slice(0, 10).map(({ name, error, begun }) => `${name} at ${Math.round(begun - this.traffic.begun)} ms: ${error.message}`), []);
  assert.deepEqual(this.crowd.flatMap(({ unanswered }) => unanswered.map(({ method }) => method)), []);
  assert.ok(perSecond > 400, `only ${perSecond} per second`);
});
Then('every client has got every head and log once and in order', { timeout: 120_000 }, async function () {
  await this.chain.stopMining();
  await everything(this, this.crowd);
  for (const watcher of this.watchers) await whole(this, watcher);
  const { number } = await tipOf(this.chain.immortal.elUrl);
  const [heads] = this.crowd[0].subscriptions.values();
  assert.equal(heads.feed.tip.number, number);
  const events = this.crowd.reduce((sum, { received }) => sum + received, 0);
  this.attach(`${heads.feed.events.length} blocks, ${events} messages to ${this.crowd.length} plain clients`, 'text/plain');
});
Then("weir's memory did not grow in the second half", function () {
  if (bare) return;
  const part = (from, to) => this.memory.slice(Math.floor(this.memory.length * from), Math.floor(this.memory.length * to)).sort((a, b) => a - b);
  const middle = (list) => list[Math.floor(list.length / 2)];
  const [third, fourth] = [middle(part(0.5, 0.7)), middle(part(0.8, 1))];
  this.attach(`MB: ${this.memory.filter((_, i) => i % 10 === 0).map((mb) => mb.toFixed(1)).join(' ')}`, 'text/plain');
  assert.ok(fourth - third < 4, `${third.toFixed(1)} MB, then ${fourth.toFixed(1)} MB`);
});
Then('weir has no session or subscription once they have left', async function () {
  await Promise.all(this.crowd.map((one) => one.close()));
  for (const watcher of this.watchers) watcher.close();
  if (bare) return;
  await until('no session and no subscription', async () => {
    const seen = [await this.weir.metric('ws_connections_active'), await this.weir.metric('ws_subscriptions_active')];
    if (seen.every((value) => value === 0)) return true;
    throw new Error(seen.join(', '));
  }, { within: 20_000 });
});
