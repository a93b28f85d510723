// newPendingTransactions and syncing.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { post } from '../support/http.js';
import { bare } from '../support/weir.js';
import { until } from '../support/wait.js';
import { subscription } from './ws.js';

const reachable = (world) => [...world.simchain.nodes.values()].filter((node) => node.reachable);
const send = (node, raw) => post(node.elUrl, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_sendRawTransaction', params: [raw] }));

When(/^all nodes hear of the transaction (0x\w+)$/, async function (raw) {
  for (const node of reachable(this)) await send(node, raw);
});
When('all nodes hear again of the transactions 0x01, 0x02 and 0x03', async function () {
  for (const raw of ['0x01', '0x02', '0x03']) for (const node of reachable(this)) await send(node, raw);
});
// keccak256 of the bytes 01, 02 and 03
const hashes = ['0x5fe7f977e71dba2ea1a68e21057beebb9be2ac30c6410aa38d4f3fbe41dcffd2', '0xf2ee15ea639b73fa3db9b34a245bdfa015c260c598b211bf05a1ecc4b3e3b4f2', '0x69c322e3248a5dfc29d73c5b0553b0185a35cd5bb6386747517ef7e53b15e287'];
Then('{string} is told of the pending transactions 0x01, 0x02 and 0x03, once each', async function (name) {
  const { feed } = subscription(this, name, 'newPendingTransactions');
  await until('all three', () => hashes.every((hash) => feed.hashes.has(hash)));
});
Then('{string} is told of new pending transactions, and of none twice', async function (name) {
  const { feed, client } = subscription(this, name, 'newPendingTransactions');
  const before = feed.hashes.size;
  // A block's transactions pass through the pool.
  await until('new ones', async () => {
    await this.simchain.advance();
    return feed.hashes.size >= before + 4;
  }, { within: 10_000, every: 50 });
  assert.deepEqual(client.violations, []);
});

Then('{string} has been told of no change of syncing', function (name) {
  assert.deepEqual(subscription(this, name, 'syncing').feed.events, []);
});
Then('the last that {string} knows is that nobody syncs', async function (name) {
  const { feed, client } = subscription(this, name, 'syncing');
  if (!bare) await until('nobody syncs', () => feed.events.length === 0 || feed.state === false);
  assert.ok(feed.events.length <= 2, JSON.stringify(feed.events));
  assert.deepEqual(client.violations, []);
});
