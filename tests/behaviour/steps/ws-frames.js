// Messages in every shape that RFC 6455 allows, and clients that do not do their part.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { Agent } from 'node:http';
import { WsClient } from '../support/ws-client.js';
import { bare } from '../support/weir.js';
import { request } from '../support/http.js';
import { until, within } from '../support/wait.js';
import { client, connect } from './ws.js';

/** One message in pieces, each a frame; `between` is called after each but the last. */
function sendPieces(socket, data, size, { binary, between = () => {} }) {
  for (let at = 0; at < data.length; at += size) {
    const fin = at + size >= data.length;
    socket.send(data.subarray(at, at + size), { binary, fin, compress: socket.extensions !== '' });
    if (!fin) between();
  }
}
const shapes = {
  text: (socket, data) => socket.send(data, { binary: false }),
  binary: (socket, data) => socket.send(data, { binary: true }),
  'fragmented text': (socket, data) => sendPieces(socket, data, 20, { binary: false }),
  'fragmented binary': (socket, data) => sendPieces(socket, data, 20, { binary: true }),
  'fragmented text with pings in between': (socket, data) => sendPieces(socket, data, 20, { binary: false, between: () => socket.ping('still here') }),
  'byte for byte fragmented': (socket, data) => sendPieces(socket, data, 1, { binary: false }),
};
When(/^"(\w+)" sends a call as (.*?) message$/, async function (name, shape) {
  const one = client(this, name);
  const id = one.nextId++;
  const text = JSON.stringify({ jsonrpc: '2.0', id, method: 'eth_chainId', params: [], 'also ü': 'x'.repeat(100) });
  this.reply = await within(10_000, 'an answer', one.expectAnswer(String(id), () => shapes[shape](one.socket, Buffer.from(text))));
});
Then('it is answered by text with the result {}', function (result) {
  assert.deepEqual(this.reply.result, JSON.parse(result), this.reply.text);
  assert.equal(this.reply.call.client.messages.find(({ text }) => text === this.reply.text).binary, false);
});
When('{string} connects and offers compression', async function (name) {
  this.extensions = (await connect(this, name, { perMessageDeflate: true })).socket.extensions;
});
Then('compression was agreed on', function () {
  assert.match(this.extensions, /permessage-deflate/);
});
Then('no compression was agreed on', function () {
  assert.equal(this.extensions, '');
});

// --- the upgrade
Then('an upgrade is refused with {int} and a JSON body', async function (status) {
  const error = await WsClient.connect(this.weir.ws, { name: 'one too many' }).then(() => assert.fail('it was upgraded'), (thrown) => thrown);
  assert.equal(error.status, status, error.message);
  assert.match(error.headers['content-type'], /^application\/json/);
  const body = JSON.parse(error.body);
  assert.equal(typeof body.error.message, 'string', error.body);
  for (const { ports } of this.nodes.values()) assert.ok(!error.body.includes(String(ports.el)), error.body);
});
Then('{string} can connect', async function (name) {
  await until(`${name} is connected`, () => connect(this, name));
});
const upgradeHeaders = [['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ['Sec-WebSocket-Version', '13'], ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==']];
When('I ask for {word} without an upgrade', async function (target) {
  this.answer = await this.weir.get(target);
});
When('I ask for an upgrade with {}', async function (change) {
  const headers = upgradeHeaders.map(([name, value]) => (change.startsWith(name) ? change.split(': ') : [name, value]));
  this.answer = await request(`${this.weir.url}/el/ws`, { headers, agent: new Agent() });
});

// --- clients that do not do their part
When('{string} connects and never answers a ping', function (name) {
  return connect(this, name, { autoPong: false });
});
When('{string} connects and counts pings', async function (name) {
  const one = await connect(this, name);
  one.pings = 0;
  one.socket.on('ping', () => (one.pings += 1));
});
Then('{string} has been pinged {int} times', async function (name, count) {
  await until(`${count} pings`, () => client(this, name).pings >= count, { within: 20_000 });
});
Then('{string} is dropped within {int} ms', async function (name, ms) {
  const begun = performance.now();
  await within(ms, `the end of ${name}`, client(this, name).closed);
  this.attach(`after ${(performance.now() - begun).toFixed(0)} ms`, 'text/plain');
});
When('{string} sends {int} pings', async function (name, count) {
  const { socket } = client(this, name);
  const pongs = [];
  socket.on('pong', (data) => pongs.push(data.toString()));
  const sent = Array.from({ length: count }, (_, i) => `ping ${i}`);
  for (const text of sent) socket.ping(text);
  // A pong may answer only the latest of several pings (RFC 6455 5.5.3).
  await until('the pong to the last', () => pongs.at(-1) === sent.at(-1));
  assert.ok(pongs.every((text) => sent.includes(text)), String(pongs));
});
Then('{string} has got fewer than {int} pings', async function (name, most) {
  const { ws } = await this.node(name).stats();
  assert.ok(ws.pings < most, `${ws.pings} pings`);
});
When('{string} stops reading', function (name) {
  client(this, name).stopReading();
});
When('{string} reads slowly', function (name) {
  client(this, name).readSlowly(20);
});
When('{string} reads on', function (name) {
  client(this, name).readOn();
});
When(/^"(\w+)" asks (\d+) times for (\d+) MB$/, function (name, times, megabytes) {
  const one = client(this, name);
  for (let i = 0; i < Number(times); ++i) one.ask('sim_bytes', [Number(megabytes) * 1e6]);
});
When('{int} clients that ask for 60 MB and never read come one after another', async function (count) {
  const sessions = await this.weir.metric('ws_connections_active');
  for (let i = 0; i < count; ++i) {
    const one = await WsClient.connect(this.weir.ws, { name: `slow ${i}` });
    this.endings.push(() => one.socket.terminate());
    one.stopReading();
    for (let j = 0; j < 60; ++j) one.ask('sim_bytes', [1e6]);
    await until('it is dropped', async () => (await this.weir.metric('ws_connections_active')) === sessions, { within: 10_000 });
  }
});
Then('the result is a string of {int} MB', function (megabytes) {
  assert.equal(this.reply.result?.length, megabytes * 1e6, this.reply.text.slice(0, 200));
});
When('{string} sends a call of {int} bytes', async function (name, size) {
  const one = client(this, name);
  const shell = '{"jsonrpc":"2.0","id":"large","method":"eth_chainId","params":[],"x":""}';
  const text = shell.replace('""', `"${'x'.repeat(size - shell.length)}"`);
  assert.equal(text.length, size);
  const answer = one.sendText(text);
  this.reply = await within(20_000, 'an answer or the end', answer.catch(() => one.closed));
});
When('{string} sends a call of {int} bytes in fragments', function (name, size) {
  const one = client(this, name);
  sendPieces(one.socket, Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[],"x":"${'x'.repeat(size)}"}`), 1000, { binary: false });
});
When('{string} sends the frame {}', function (name, hex) {
  client(this, name).socket._socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
});

// --- what is in use
Then(/^weir counts (\d+) sessions? and (\d+) subscriptions?$/, async function (sessions, subscriptions) {
  if (bare) return;
  await until(`${sessions} sessions, ${subscriptions} subscriptions`, async () => {
    const seen = [await this.weir.metric('ws_connections_active'), await this.weir.metric('ws_subscriptions_active')];
    if (seen[0] === Number(sessions) && seen[1] === Number(subscriptions)) return true;
    throw new Error(seen.join(', '));
  }, { within: 20_000 });
});
When('the upstream subscriptions are counted', async function () {
  this.upstream = new Map();
  for (const node of this.nodes.values()) this.upstream.set(node, (await node.stats()).ws.subscriptions_open);
});
Then('the nodes have no more subscriptions than then', async function () {
  for (const [node, before] of this.upstream) {
    await until(`${node.name} has ${before} subscriptions again`, async () => {
      const { subscriptions_open: open } = (await node.stats()).ws;
      if (open <= before) return true;
      throw new Error(`${open}`);
    }, { within: 10_000 });
  }
});
Then('the nodes have at most {int} subscription(s) more than then', async function (more) {
  let sum = 0;
  for (const [node, before] of this.upstream) sum += (await node.stats()).ws.subscriptions_open - before;
  assert.ok(sum <= more, `${sum} more`);
});
Then('{string} has seen {word} at most {int} time(s)', async function (name, method, most) {
  const { el } = await this.node(name).stats();
  assert.ok((el.by_method[method] ?? 0) <= most, JSON.stringify(el.by_method));
});
When("weir's memory is measured", function () {
  this.memoryBefore = this.weir.memory().rss;
});
Then('weir needs less than {int} MB more than then', async function (megabytes) {
  await until(`less than ${megabytes} MB more`, () => {
    const more = (this.weir.memory().rss - this.memoryBefore) / 1024;
    if (more < megabytes) return true;
    throw new Error(`${more.toFixed(1)} MB more`);
  }, { within: 10_000, every: 200 });
});
When(/^(\d+) clients come, subscribe to everything and leave$/, async function (count) {
  for (let i = 0; i < Number(count); i += 50) {
    const some = await Promise.all(Array.from({ length: Math.min(50, count - i) }, (_, j) => WsClient.connect(this.weir.ws, { name: `guest ${i + j}` })));
    await Promise.all(some.map(async (one) => {
      await Promise.all([one.subscribe('newHeads'), one.subscribe('logs', [{}]), one.subscribe('newPendingTransactions'), one.subscribe('syncing')]);
      await one.ask('eth_chainId');
      assert.deepEqual(one.violations, []);
    }));
    await Promise.all(some.map((one) => one.close()));
  }
});
Then('each of the clients has got {int} block(s) within {int} ms', async function (blocks, ms) {
  const begun = performance.now();
  const feeds = this.crowd.map(({ subscriptions }) => subscriptions.values().next().value.feed);
  await until(`${blocks} blocks for each`, () => feeds.every(({ events }) => events.length >= blocks), { within: ms });
  this.attach(`after ${(performance.now() - begun).toFixed(0)} ms`, 'text/plain');
  for (const { events } of feeds) assert.equal(events.length, blocks);
});
