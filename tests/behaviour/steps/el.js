import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { jsonHeaders, post, request } from '../support/http.js';
import { until } from '../support/wait.js';

const call = (method, params = [], id = 1) => JSON.stringify({ jsonrpc: '2.0', id, method, params });

When('I call {word}', async function (method) {
  this.answer = await post(this.weir.el, call(method));
});
When('I call {word} with {}', async function (method, params) {
  this.answer = await post(this.weir.el, call(method, JSON.parse(params)));
});
When('I call these in turn: {}', async function (methods) {
  const params = { eth_getCode: ['0x0000000000000000000000000000000000000001', 'latest'], eth_call: [{ to: '0x0000000000000000000000000000000000000001' }, 'latest'] };
  for (const method of methods.split(', ')) {
    this.answer = await post(this.weir.el, call(method, params[method] ?? []));
    assert.equal(this.answer.status, 200, `${method}: ${this.answer.text}`);
  }
});
When(/^I post (?!this batch$|a batch of )((?:(?! with the header ).)+)$/, async function (body) {
  this.answer = await post(this.weir.el, body);
});
When('I post a batch of {int} calls of {word}', async function (count, method) {
  this.answer = await post(this.weir.el, `[${Array.from({ length: count }, (_, i) => call(method, [], i)).join()}]`);
});
When('I post this batch', async function (text) {
  this.answer = await post(this.weir.el, text);
});
When(/^I post (.+) with the header (\S+): (.+)$/, async function (body, name, value) {
  this.answer = await request(this.weir.el, { method: 'POST', body, headers: [...jsonHeaders, [name, value]] });
});
When('nested arrays are posted, {int} deep', async function (depth) {
  this.answer = await post(this.weir.el, '['.repeat(depth) + ']'.repeat(depth));
});
When('a call of {int} bytes is posted', async function (size) {
  this.answer = await post(this.weir.el, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: ['x'.repeat(size)] }));
});

Then('the answer is {int} with the result {}', function (status, result) {
  assert.equal(this.answer.status, status, this.answer.text);
  assert.deepEqual(this.answer.json().result, JSON.parse(result), this.answer.text);
});
Then('the answer is {int} with the error {int}', function (status, code) {
  assert.equal(this.answer.status, status, this.answer.text);
  assert.equal(this.answer.json().error?.code, code, this.answer.text);
});
Then('the answer is {int}', function (status) {
  assert.equal(this.answer.status, status, this.answer.text);
});
Then('the error says {string}', function (text) {
  assert.ok(this.answer.json().error.message.includes(text), this.answer.text);
});
Then('the answer is exactly', function (text) {
  assert.equal(this.answer.text, text);
});
Then("the answer's text holds {}", function (text) {
  assert.ok(this.answer.text.includes(text), this.answer.text);
});
Then("the answer's text does not hold {string}", function (text) {
  assert.ok(!this.answer.text.includes(text), this.answer.text);
});
Then("the answer's id is {}", function (id) {
  assert.ok(this.answer.text.includes(`"id":${id},`) || this.answer.text.includes(`"id":${id}}`), this.answer.text);
});
Then('it took less than {int} ms', function (ms) {
  assert.ok(this.answer.ms < ms, `${this.answer.ms} ms`);
});

Then('the batch answers are {}', function (expected) {
  const seen = this.answer.json().map((item) => [item.id, item.result ?? item.error.code]);
  assert.deepEqual(seen, JSON.parse(expected), this.answer.text);
});

Then('{string} has seen {word} {int} time(s)', async function (name, method, times) {
  const stats = await this.node(name).stats();
  assert.equal(stats.el.by_method[method] ?? 0, times, JSON.stringify(stats));
});
Then('all of {string} have executed the transaction {int} time(s) together', async function (names, times) {
  let sum = 0;
  for (const name of names.split(', ')) {
    const { executions } = await this.node(name).stats();
    for (const count of Object.values(executions)) sum += count;
  }
  assert.equal(sum, times);
});

// What the fake node says it received (sim_echo).
Then('the node received the header {word}: {}', function (name, value) {
  const headers = this.answer.json().result.headers.filter(([key]) => key.toLowerCase() === name.toLowerCase());
  assert.deepEqual(headers.map(([, text]) => text), [value], this.answer.text);
});
Then('the node received no header {word}', function (name) {
  const { headers } = this.answer.json().result;
  assert.ok(!headers.some(([key]) => key.toLowerCase() === name.toLowerCase()), this.answer.text);
});

Given('{string} is served for {int} requests of {word}', async function (name, count, method) {
  for (let i = 0; i < count; ++i) assert.equal((await post(this.weir.el, call(method))).status, 200);
});

When('I download {int} MB through weir', async function (megabytes) {
  await post(this.weir.el, call('sim_bytes', [1000])); // what the first request needs is not the answer's
  this.weir.resetPeak();
  const before = this.weir.memory().rss;
  const client = (await import('node:http')).request;
  this.received = await new Promise((resolve, reject) => {
    const outgoing = client(this.weir.el, { method: 'POST', headers: { 'content-type': 'application/json' } }, (incoming) => {
      let bytes = 0;
      incoming.on('data', (chunk) => (bytes += chunk.length));
      incoming.on('error', reject);
      incoming.on('end', () => (incoming.complete ? resolve(bytes) : reject(new Error('cut off'))));
    });
    outgoing.on('error', reject);
    outgoing.end(call('sim_bytes', [megabytes * 1e6]));
  });
  this.memoryAdded = this.weir.memory().peak - before;
});
Then('I received at least {int} MB', function (megabytes) {
  assert.ok(this.received >= megabytes * 1e6, String(this.received));
});
Then('weir needed less than {int} MB of memory for it', function (megabytes) {
  assert.ok(this.memoryAdded < megabytes * 1024, `${this.memoryAdded} KiB`);
});
When('I start to download {int} MB through weir and leave', async function (megabytes) {
  const { request: open } = await import('node:http');
  await new Promise((resolve, reject) => {
    const outgoing = open(this.weir.el, { method: 'POST', headers: { 'content-type': 'application/json' } }, (incoming) => {
      incoming.once('data', () => {
        incoming.destroy();
        resolve();
      });
    });
    outgoing.on('error', reject);
    outgoing.end(call('sim_bytes', [megabytes * 1e6]));
  });
});
Then('{string} stops sending', async function (name) {
  await until(`the transfer from ${name} is cut short`, async () => {
    const stats = await this.node(name).stats();
    return stats.last_stream.bytes > 0 && !stats.last_stream.complete && !stats.last_stream.active;
  });
});
