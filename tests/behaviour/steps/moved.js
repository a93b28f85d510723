// Names that come to stand for machines that are others than the ones before.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { until } from '../support/wait.js';

When('{string} is on chain {int}', function (name, chainId) {
  return this.node(name).fault('el', 'wrong_chain_id', { chain_id: chainId });
});
When('{string} is syncing a thousand blocks behind', function (name) {
  return this.node(name).fault('el', 'syncing');
});
When('the beacon node at {string} has lost its execution node', function (name) {
  return this.node(name).fault('cl', 'el_offline');
});
Then('no call has been answered by chain {int}', async function (chainId) {
  await this.calls.stop();
  const answered = this.calls.done.filter((one) => one.status === 200);
  assert.ok(answered.length > 20);
  const foreign = `"0x${chainId.toString(16)}"`;
  assert.deepEqual(answered.filter((one) => one.text.includes(foreign)), []);
});
const isAsked = (world, name, layer, seconds) =>
  until(`${name} is asked`, async () => (await world.node(name).stats())[layer].requests > 0, { within: seconds * 1000 });
Then('{string} gets calls within {int} seconds', function (name, seconds) {
  return isAsked(this, name, 'el', seconds);
});
Then('{string} gets checks of a beacon node within {int} seconds', function (name, seconds) {
  return isAsked(this, name, 'cl', seconds);
});
