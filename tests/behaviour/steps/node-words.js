// What nodes say of transactions and of themselves.
import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { keccak256 } from 'viem';
import { post } from '../support/http.js';
import { until } from '../support/wait.js';

const raw = '0x02f870018203e8808477359400825208940000000000000000000000000000000000000001880de0b6b3a764000080c0';

Given('a primary node {string} whose path holds the key {string}', async function (name, key) {
  const node = await this.addSimnode(name);
  this.el.primary.push({ name, http_url: `${node.elUrl}/v2/${key}` });
});

When('I send a raw transaction', async function () {
  this.answer = await post(this.weir.el, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_sendRawTransaction', params: [raw] }));
});
Then('I get the hash of that transaction', function () {
  assert.equal(this.answer.status, 200, this.answer.text);
  assert.equal(this.answer.json().result, keccak256(raw), this.answer.text);
});

Then('the log has {int} line(s) that hold(s) {string} and {string}', async function (count, first, second) {
  const lines = () => this.weir.log.split('\n').filter((line) => line.includes(first));
  await until(`the log says ${first}`, () => lines().length >= count);
  const seen = lines();
  assert.equal(seen.length, count, seen.join('\n'));
  for (const line of seen) assert.ok(line.includes(second), line);
});
