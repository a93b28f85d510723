// Batches of many reads that all differ, over HTTP and WebSocket, and in which order they are answered.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { rpc } from '../support/anvil.js';
import { post } from '../support/http.js';
import { client, connect, immortal } from './ws.js';

const address = (number) => `0x${number.toString(16).padStart(40, '0')}`;
const balanceOf = (number) => ['eth_getBalance', [address(number), '0x64']]; // another for each number, the same on all nodes

When(/^I ask for (\d+) balances in a batch over (HTTP|WebSocket)$/, async function (count, way) {
  const numbers = Array.from({ length: Number(count) }, (_, i) => i);
  if (way === 'HTTP') {
    const calls = numbers.map((id) => ({ jsonrpc: '2.0', id, method: 'eth_getBalance', params: balanceOf(id)[1] }));
    this.answer = await post(this.weir.el, JSON.stringify(calls));
    assert.equal(this.answer.status, 200, this.answer.text);
    this.answers = this.answer.json();
    return;
  }
  const one = this.wsClients?.get('own') ?? (await connect(this, 'own'));
  const first = one.nextId;
  await one.batch(numbers.map(balanceOf));
  const text = one.messages.map((message) => message.text).filter((message) => message.startsWith('[')).at(-1);
  this.answers = JSON.parse(text).map((item) => ({ ...item, id: item.id - first }));
});
Then('each balance is its own, in the order of the calls', async function () {
  assert.ok(Array.isArray(this.answers) && this.answers.length > 0, JSON.stringify(this.answers));
  const right = [];
  for (const id of this.answers.keys()) right.push({ jsonrpc: '2.0', id, result: await rpc(immortal(this).elUrl, ...balanceOf(id)) });
  assert.deepEqual(this.answers, right);
});
const refused = async (world, name) => (await world.node(name).stats()).el.by_method.refused_batch ?? 0;
Then('the refused batches at {string} are kept in mind', async function (name) {
  this.refusedBefore = await refused(this, name);
  assert.ok(this.refusedBefore > 0, 'no batch was refused');
});
Then('{string} has refused no further batch', async function (name) {
  assert.equal(await refused(this, name), this.refusedBefore);
});

When(/^the filter's logs are asked for over (HTTP|WebSocket)$/, async function (way) {
  const params = [this.filter.id];
  const { error } = way === 'HTTP'
    ? (await post(this.weir.el, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_getFilterLogs', params }))).json()
    : await client(this, 'the filters').ask('eth_getFilterLogs', params);
  assert.equal(error, undefined, JSON.stringify(error));
});
Then('the metric {word} knows no {word}', async function (name, method) {
  const { text } = await this.weir.get('/metrics');
  assert.ok(text.includes(name), name);
  assert.ok(!text.includes(`${name}{method="${method}"}`), text.split('\n').filter((line) => line.includes(name)).join('\n'));
});
