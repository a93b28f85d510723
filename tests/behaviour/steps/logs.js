// Logs by range, from chains whose blooms lie, from nodes that are slow to have them, and by the thousand.
import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { rpc } from '../support/anvil.js';
import { until, within } from '../support/wait.js';
import { client, connect, immortal, simNodes, subscribe, subscription } from './ws.js';

const hexNumber = (number) => `0x${number.toString(16)}`;
const keyOf = (log) => `${log.blockHash} ${log.logIndex}`;

Given(/^WebSocket nodes "a" and "b" of the chain (\d+)( with empty blooms)?$/, function (chainId, emptyBlooms) {
  return simNodes(this, ['a', 'b'], { chain: { chainId: Number(chainId), emptyBlooms: emptyBlooms !== undefined } });
});
Given(/^a WebSocket node "(\w+)" alone$/, function (name) {
  return simNodes(this, [name]);
});
Given('no node has a ws_url', function () {
  for (const node of this.el.primary) delete node.ws_url;
});

// --- ranges

When(/^"(\w+)" subscribes to the logs of the next blocks (\d+) to (\d+|latest)$/, async function (name, from, to) {
  const { number } = await this.simchain.tip();
  const last = to === 'latest' ? to : hexNumber(number + Number(to));
  this.range = [number + Number(from), to === 'latest' ? Infinity : number + Number(to)];
  await subscribe(this, name, 'logs', [{ fromBlock: hexNumber(number + Number(from)), toBlock: last }]);
});
Then(/^"(\w+)" has got the logs of those blocks and no others$/, async function (name) {
  const { number } = await this.simchain.tip();
  const [from, to] = this.range;
  const wanted = await rpc(immortal(this).elUrl, 'eth_getLogs', [{ fromBlock: hexNumber(from), toBlock: hexNumber(Math.min(to, number)) }]);
  const { feed } = subscription(this, name, 'logs');
  await until(`${wanted.length} logs`, () => feed.keys.length >= wanted.length);
  assert.deepEqual(feed.keys, wanted.map(keyOf));
});

Then(/^eth_subscribe with (\[.*\]) is answered (-?\d+) "([^"]*)"$/, async function (params, code, words) {
  const one = this.wsClients?.get('the asker') ?? (await connect(this, 'the asker'));
  const { error } = await within(5000, 'an answer', one.ask('eth_subscribe', JSON.parse(params)));
  assert.equal(error?.code, Number(code), JSON.stringify(error));
  assert.ok(error.message.includes(words), error.message);
});
When(/^clients subscribe, each in its own way, to the same:$/, async function (table) {
  let next = 0;
  for (const [params] of table.rows()) {
    const name = `way${next++}`;
    await connect(this, name);
    const [kind, ...rest] = JSON.parse(params);
    await subscribe(this, name, kind, rest);
  }
});

// --- thousands

const filterOf = (n) => ({ address: `0x${(0xabc000000 + n).toString(16).padStart(40, '0')}`, topics: [null, [`0x${n.toString(16).padStart(64, '0')}`]] });

When(/^(\d+) clients begin to subscribe to (\d+) different logs filters each$/, async function (clients, filters) {
  this.crowd = [];
  for (let i = 0; i < Number(clients); ++i) this.crowd.push(await connect(this, `client ${i}`));
  const each = Number(filters);
  this.making = Promise.all(this.crowd.flatMap((one, i) => Array.from({ length: each }, (_, j) => one.ask('eth_subscribe', ['logs', filterOf(i * each + j)]))));
  this.making.catch(() => {});
});
Then(/^all those subscriptions are made within (\d+) s$/, async function (seconds) {
  const answers = await within(Number(seconds) * 1000, 'all answers', this.making);
  for (const { result, error } of answers) assert.match(result ?? '', /^0x[0-9a-f]{32}$/, JSON.stringify(error));
});
Then(/^a subscription of "(\w+)" to newHeads is answered within (\d+) ms$/, async function (name, ms) {
  const one = this.wsClients.get(name) ?? (await connect(this, name));
  await within(Number(ms), 'the answer', one.subscribe('newHeads', []));
});
Then(/^"(\w+)" hears of a new block within (\d+) ms$/, async function (name, ms) {
  const [sub] = client(this, name).subscriptions.values();
  const before = sub.feed.events.length;
  const heard = until('the block', () => sub.feed.events.length > before, { within: Number(ms) });
  await this.simchain.advance();
  await heard;
});
