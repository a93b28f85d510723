// Requests written byte by byte, on connections that the scenario holds.
import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { post } from '../support/http.js';
import { RawClient } from '../support/raw.js';
import { until } from '../support/wait.js';

/** Lines end with CRLF; \r, \n, \t, \0 and \x7f are written out where a test wants them. */
const bytes = (text) =>
  text.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n')
    .replace(/\\(r|n|t|0|x[0-9a-f]{2})/g, (_, code) => ({ r: '\r', n: '\n', t: '\t', 0: '\0' })[code] ?? String.fromCharCode(parseInt(code.slice(1), 16)));

/** A whole call over HTTP. */
function call(method) {
  const params = method === 'eth_getBalance' ? ['0x0000000000000000000000000000000000000001', 'latest'] : [];
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  return `POST /el HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

async function connect(world) {
  world.raw = await RawClient.connect(world.weir.port);
  world.endings.push(() => world.raw.close());
}
async function connected(world) {
  if (!world.raw) await connect(world);
  return world.raw;
}

When('a client connects', function () {
  return connect(this);
});
When('{int} clients connect', async function (count) {
  this.clients = [];
  for (let i = 0; i < count; ++i) {
    const client = await RawClient.connect(this.weir.port);
    this.clients.push(client);
    this.endings.push(() => client.close());
  }
});
When('a client sends', async function (text) {
  (await connected(this)).send(bytes(text));
});
When(/^a client sends "(.*)"$/, async function (text) {
  (await connected(this)).send(bytes(text));
});
When(/^a client sends "(.*)" and behind it a call of (\w+)$/, async function (text, method) {
  (await connected(this)).send(bytes(text) + call(method));
});
When('a client sends a call of {word} and closes its sending half', async function (method) {
  const client = await connected(this);
  client.send(call(method));
  client.socket.end();
});
When('a client sends a head of {int} bytes without its end', async function (size) {
  const begin = 'GET /health HTTP/1.1\r\nHost: localhost\r\nX-Filler: ';
  (await connected(this)).send(begin + 'x'.repeat(size - begin.length));
});
When('a client sends a byte of a head every {int} ms', async function (ms) {
  const client = await connected(this);
  this.begun = performance.now();
  const timer = setInterval(() => client.send('G'), ms);
  this.endings.push(() => clearInterval(timer));
});
When(/^a client posts (\d+) times (\S+)$/, async function (count, text) {
  await post(this.weir.el, '[]'); // what the first request needs is not this one's
  this.weir.resetPeak();
  const before = this.weir.memory().rss;
  this.answer = await post(this.weir.el, text.repeat(Number(count)));
  this.memoryAdded = this.weir.memory().peak - before;
});
When('a client asks for {int} MB and reads nothing', async function (megabytes) {
  const client = await connected(this);
  client.socket.pause();
  client.send(`GET /cl/eth/v2/debug/beacon/states/head?size=${megabytes * 1e6} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
});
When('a client sends a head of {int} bytes', async function (size) {
  const [begin, end] = ['GET /health HTTP/1.1\r\nHost: localhost\r\nX-Filler: ', '\r\n\r\n'];
  (await connected(this)).send(begin + 'x'.repeat(size - begin.length - end.length) + end);
});
When('a client sends a call in pieces of {int} bytes', async function (size) {
  const client = await connected(this);
  const text = call('eth_chainId');
  for (let i = 0; i < text.length; i += size) {
    client.send(text.slice(i, i + size));
    await new Promise((resolve) => setImmediate(resolve));
  }
});

Then('it is answered {int}', async function (status) {
  this.answer = await this.raw.answer();
  assert.equal(this.answer.status, status, this.answer.head + this.answer.text);
});
Then('it is answered {int} within {int} ms', async function (status, ms) {
  this.answer = await this.raw.answer();
  const took = performance.now() - this.begun;
  assert.equal(this.answer.status, status, this.answer.head + this.answer.text);
  assert.ok(took <= ms, `${took} ms`);
});
// "4xx": any of them.
Then(/^it is answered (\d{3}|4xx) and the connection is closed$/, async function (status) {
  this.answer = await this.raw.answer();
  assert.match(String(this.answer.status), new RegExp(`^${status.replaceAll('x', '\\d')}$`), this.answer.head + this.answer.text);
  assert.equal(this.answer.header('connection'), 'close', this.answer.head);
  await this.raw.closed();
  assert.equal(this.raw.buffer.toString('latin1'), '', 'nothing follows the answer');
});
Then('the head of its answer is {int} without a body', async function (status) {
  this.answer = await this.raw.answer({ toHead: true });
  assert.equal(this.answer.status, status, this.answer.head);
});
Then('the answers in turn have the ids {}', async function (ids) {
  const seen = [];
  for (const id of JSON.parse(ids)) {
    const answer = await this.raw.answer();
    assert.equal(answer.status, 200, answer.text);
    seen.push(answer.json().id);
  }
  assert.deepEqual(seen, JSON.parse(ids));
});
Then('the connection is closed within {int} ms', async function (ms) {
  await this.raw.closed({ timeout: ms });
});
Then('the connection is reset', async function () {
  await this.raw.closed();
  await until('the reset is known', () => this.raw.failure);
  assert.equal(this.raw.failure, 'ECONNRESET');
});
Then('the connection is closed after {int} to {int} ms', async function (least, most) {
  const took = await this.raw.closed({ timeout: most });
  assert.ok(took >= least, `${took} ms`);
});
Then('the connection is still open', function () {
  assert.equal(this.raw.ended, false);
});
Then('the connection is open for another request', async function () {
  this.raw.send('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const answer = await this.raw.answer();
  assert.deepEqual([answer.status, answer.text], [200, 'OK']);
});
Then('weir still answers', async function () {
  const answer = await this.weir.get('/health');
  assert.deepEqual([answer.status, answer.text], [200, 'OK']);
});
When('all of them leave', function () {
  for (const client of this.clients) client.close();
});
Then('a new client is served', async function () {
  await until('a new client is served', async () => (await this.weir.get('/health')).status === 200);
});
Given('a client that sends nothing', function () {
  return connect(this);
});
