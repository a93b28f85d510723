// Pending transactions that one node knows and another does not.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { post } from '../support/http.js';
import { until } from '../support/wait.js';
import { client, subscribe, subscription } from './ws.js';

When(/^"(\w+)" subscribes to pending transactions (\[.*\])$/, async function (name, params) {
  await subscribe(this, name, 'newPendingTransactions', JSON.parse(params));
});
When('only {string} hears of the transaction {word}', async function (name, raw) {
  const { error } = (await post(this.node(name).elUrl, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_sendRawTransaction', params: [raw] }))).json();
  assert.equal(error, undefined, JSON.stringify(error));
});
When('the pending feed is read from {int} nodes', async function (count) {
  await until(`${count} subscriptions`, async () => {
    const open = await this.weir.metric('ws_upstream_subscriptions');
    if (open === count) return true;
    throw new Error(`${open}`);
  });
});
When('{string} and {string} are polled for pending transactions', async function (a, b) {
  for (const name of [a, b]) {
    await until(`${name} is polled`, async () => ((await this.node(name).stats()).el.by_method.eth_getFilterChanges ?? 0) >= 1);
  }
});
Then('{string} is told of {int} pending transactions, once each', async function (name, count) {
  const { feed } = subscription(this, name, 'newPendingTransactions');
  await until(`${count} transactions`, () => feed.hashes.size >= count);
  // Whatever came of a second telling has come by the time of a call's answer behind it.
  await client(this, name).ask('eth_chainId', []);
  assert.equal(feed.hashes.size, count);
  assert.deepEqual(client(this, name).violations, []);
});
