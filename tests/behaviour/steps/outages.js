// Outages that last, calls that nobody answers, heads that are only asked for.
import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { post, request } from '../support/http.js';
import { Traffic } from '../support/traffic.js';
import { pause, until } from '../support/wait.js';

When('there has been no EL node and no CL node for {int} ms', async function (ms) {
  await until('weir says so', () => ['EL', 'CL'].every((layer) => this.weir.log.includes(`no ${layer} node is fit`)));
  await pause(ms);
});
Then('calls, batches and Beacon reads are refused with {int} within {int} ms', async function (status, most) {
  const call = '{"jsonrpc":"2.0","id":1,"method":"eth_gasPrice","params":[]}';
  const answers = await Promise.all([
    post(this.weir.el, call),
    post(this.weir.el, `[${call}]`),
    request(`${this.weir.cl}/eth/v1/beacon/genesis`),
  ]);
  assert.deepEqual(answers.map((answer) => answer.status), [status, status, status]);
  for (const { ms } of answers) assert.ok(ms < most, `${ms} ms`);
});

When('{int} calls of {word} a second are made and not waited for', function (perSecond, method) {
  const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] });
  const traffic = new Traffic([[method, () => post(this.weir.el, call)]], perSecond).start();
  this.endings.push(() => traffic.stop());
});

Given('the nodes have no WebSocket', function () {
  for (const node of this.el.primary) delete node.ws_url;
});
// Learned from two seconds of checks, and nodes that were out of step meanwhile are back.
When('the pace of its chain is known', async function () {
  await pause(4500);
  this.saidBefore = this.weir.log.length;
});
When('{int} ms go by', (ms) => pause(ms));
Then('no node has become unfit since', function () {
  assert.deepEqual(this.weir.log.slice(this.saidBefore).split('\n').filter((line) => line.includes('became unfit')), []);
});
