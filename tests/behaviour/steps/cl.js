// The Beacon API through weir.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { Given, Then, When } from '@cucumber/cucumber';
import { Gate } from '../support/gate.js';
import { download, request } from '../support/http.js';
import { RawClient } from '../support/raw.js';
import { until } from '../support/wait.js';
import { lodestars } from './world.js';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const rows = (table) => table.raw().map(([name, value]) => [name, value]);

async function send(world, method, target, options = {}) {
  world.answer = await request(world.weir.url, { method, path: `/cl${target}`, ...options });
}

When(/^I send ([A-Z]+) (\/\S*)$/, function (method, target) {
  return send(this, method, target);
});
When(/^I send ([A-Z]+) (\/\S*) with the headers$/, function (method, target, table) {
  return send(this, method, target, { headers: rows(table) });
});
When(/^I send ([A-Z]+) (\/\S*) with the (\S+) body (.*)$/, function (method, target, type, body) {
  this.sent = Buffer.from(body);
  return send(this, method, target, { headers: [['Content-Type', type]], body: this.sent });
});
When(/^I send ([A-Z]+) (\/\S*) with (\d+) random bytes as (\S+)$/, function (method, target, size, type) {
  this.sent = randomBytes(Number(size));
  return send(this, method, target, { headers: [['Content-Type', type], ['Eth-Consensus-Version', 'deneb']], body: this.sent });
});
When(/^I ask weir itself for (\/\S*)$/, async function (target) {
  this.answer = await this.weir.get(target, { path: target });
});

/** What clients asked: weir itself asks for the genesis too, each time after the version. */
function asked({ by_path: seen }, path) {
  const own = path === '/eth/v1/beacon/genesis' ? (seen['/eth/v1/node/version'] ?? 0) : 0;
  return (seen[path] ?? 0) - own;
}

Then('the node received the request {word} {word}', function (method, target) {
  const seen = this.answer.json();
  assert.deepEqual([seen.method, seen.target], [method, target]);
});
Then('the node received the path {word}', async function (path) {
  const { cl } = await [...this.nodes.values()][0].stats();
  assert.equal(asked(cl, path), 1, JSON.stringify(cl.by_path));
});
Then('the node received the headers', function (table) {
  const wanted = rows(table);
  const names = new Set(wanted.map(([name]) => name));
  assert.deepEqual(this.answer.json().headers.filter(([name]) => names.has(name)), wanted);
});
Then('the node received none of the headers {}', function (names) {
  const seen = this.answer.json().headers.map(([name]) => name.toLowerCase());
  assert.deepEqual(names.split(', ').filter((name) => seen.includes(name.toLowerCase())), []);
});
Then('the node received the body as it was sent', function () {
  assert.equal(this.answer.status, 200, this.answer.text);
  const seen = this.answer.json();
  assert.deepEqual([seen.body_length, seen.body_sha256], [this.sent.length, sha256(this.sent)]);
});
Then('the answer has the headers', function (table) {
  const wanted = rows(table);
  const names = new Set(wanted.map(([name]) => name));
  assert.deepEqual(this.answer.headers.filter(([name]) => names.has(name)), wanted);
});
Then('the answer has no header {word}', function (name) {
  assert.deepEqual(this.answer.headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()), []);
});
Then('the answer has no body', function () {
  assert.equal(this.answer.body.length, 0, this.answer.text);
});
Then('the answer is {int} with the message {string}', function (status, message) {
  assert.equal(this.answer.status, status, this.answer.text);
  assert.deepEqual(this.answer.json(), { code: status, message });
});
Then('the beacon node {string} has seen {word} {int} time(s)', async function (name, path, times) {
  const { cl } = await this.node(name).stats();
  assert.equal(asked(cl, path), times, JSON.stringify(cl.by_path));
});
Then("the answer is the same as the node's own for {word}", async function (target) {
  const own = await request(this.direct.clUrl + target);
  const shown = ({ status, body }) => ({ status, body: body.toString('latin1') });
  assert.deepEqual(shown(this.answer), shown(own));
});

// Large bodies.
async function measured(world, transfer) {
  world.weir.resetPeak();
  const before = world.weir.memory().rss;
  const result = await transfer();
  world.memoryAdded = world.weir.memory().peak - before;
  return result;
}
When(/^I download a state of (\d+) MB(, sent in chunks)?$/, async function (megabytes, chunked) {
  const target = `${this.weir.cl}/eth/v2/debug/beacon/states/head?${chunked ? 'chunked=1&' : ''}size=`;
  await download(`${target}1000000`); // what the first request needs is not the state's
  const { status, bytes, complete } = await measured(this, () => download(`${target}${megabytes * 1e6}`));
  assert.deepEqual({ status, complete }, { status: 200, complete: true });
  this.received = bytes;
});
Then('I received exactly {int} MB', function (megabytes) {
  assert.equal(this.received, megabytes * 1e6);
});
When('I start to download a state of {int} MB and leave', async function (megabytes) {
  const result = await download(`${this.weir.cl}/eth/v2/debug/beacon/states/head?size=${megabytes * 1e6}`, {
    onBytes: (_, incoming) => incoming.destroy(),
  });
  assert.equal(result.complete, false);
});
function upload(url, size) {
  const piece = randomBytes(1 << 20);
  const hash = createHash('sha256');
  return new Promise((resolve, reject) => {
    const outgoing = http.request(url, { method: 'POST', agent: false, headers: { 'Content-Type': 'application/octet-stream' } }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('error', reject);
      incoming.on('end', () => resolve({ status: incoming.statusCode, text, sha256: hash.digest('hex') }));
    });
    outgoing.on('error', reject);
    let left = size;
    const write = () => {
      while (left > 0) {
        const part = piece.subarray(0, Math.min(left, piece.length));
        left -= part.length;
        hash.update(part);
        if (!outgoing.write(part)) return outgoing.once('drain', write);
      }
      outgoing.end();
    };
    write();
  });
}
When('{int} clients one after another begin an upload of {int} MB to {word} and vanish in its middle', async function (count, megabytes, path) {
  for (let i = 1; i <= count; ++i) {
    const client = await RawClient.connect(this.weir.port);
    client.send(`POST /cl${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: ${megabytes * 1e6}\r\n\r\n`);
    client.send(randomBytes(megabytes * 5e5));
    await until('it is on its way to a node', async () => {
      const sent = await Promise.all(this.cl.map(({ name }) => this.weir.metric('cl_requests_total', { node: name })));
      return sent.reduce((sum, count) => sum + (count ?? 0), 0) >= i;
    });
    client.close();
  }
});
When('I upload {int} MB in chunks', async function (megabytes) {
  await upload(`${this.weir.cl}/sim/echo`, 5e6); // more than is held for a retry
  this.uploaded = await measured(this, () => upload(`${this.weir.cl}/sim/echo`, megabytes * 1e6));
});
Then('the node received all {int} MB unchanged', function (megabytes) {
  assert.equal(this.uploaded.status, 200, this.uploaded.text);
  const { body_length, body_sha256 } = JSON.parse(this.uploaded.text);
  assert.deepEqual([body_length, body_sha256], [megabytes * 1e6, this.uploaded.sha256]);
});

// A node behind a path with a key in it.
Given('a hosted beacon node {string} at the path {string}', async function (name, path) {
  const node = await this.addSimnode(name);
  const gate = await Gate.start(path.replace(/\/$/, ''), node.clUrl);
  this.endings.push(() => gate.kill());
  this.gate = gate;
  this.cl.push({ name, url: `http://127.0.0.1:${gate.port}${path}` });
});
Given('a hosted primary node {string} at the path {string}', async function (name, path) {
  const node = await this.addSimnode(name);
  const gate = await Gate.start(path.replace(/\?.*$/, '').replace(/\/$/, ''), node.elUrl);
  this.endings.push(() => gate.kill());
  this.gate = gate;
  this.el.primary.push({ name, http_url: `http://127.0.0.1:${gate.port}${path}` });
});
Then('nothing came to it without the key', function () {
  assert.deepEqual(this.gate.turnedAway, []);
});

// Event streams.
function listen(world, url) {
  const stream = { text: '', headers: undefined, ended: false };
  const outgoing = http.get(url, { agent: false }, (incoming) => {
    stream.status = incoming.statusCode;
    stream.headers = incoming.headers;
    incoming.setEncoding('utf8').on('data', (chunk) => (stream.text += chunk));
    incoming.on('close', () => (stream.ended = true));
    incoming.on('error', () => {});
  });
  outgoing.on('error', (error) => (stream.error = error));
  stream.leave = () => outgoing.destroy();
  world.endings.push(stream.leave);
  return stream;
}
When('I listen to {word}', async function (target) {
  this.stream = listen(this, this.weir.cl + target);
  await until("the stream's head", () => this.stream.headers);
});
When('I listen to {word} through weir and at the node {string}', async function (target, name) {
  this.stream = listen(this, this.weir.cl + target);
  this.own = listen(this, this.node(name).clUrl + target);
  await until("the streams' heads", () => this.stream.headers && this.own.headers);
});
Then("the stream's head is {int} with the type {string}", function (status, type) {
  assert.deepEqual([this.stream.status, this.stream.headers['content-type']], [status, type]);
});
Then('no event has come', function () {
  assert.equal(this.stream.text, '');
});
const events = (stream) => stream.text.split('\n').filter((line) => line.startsWith('event:')).length;
Then('{int} event(s) has/have come', async function (count) {
  await until(`${count} events`, () => events(this.stream) >= count);
  assert.equal(events(this.stream), count, this.stream.text);
});
Then('at least {int} events have come', async function (count) {
  await until(`${count} events`, () => events(this.stream) >= count);
});
Then("both streams have the same {int} events", async function (count) {
  await until(`${count} events on both`, () => events(this.stream) >= count && events(this.own) >= count);
  assert.equal(this.stream.text, this.own.text);
});
Then('the stream is still open', function () {
  assert.equal(this.stream.ended, false);
});
When('I listen to {word} on a connection of my own', async function (target) {
  this.own = await RawClient.connect(this.weir.port, this.ca && { secure: { ca: this.ca } });
  this.endings.push(() => this.own.close());
  this.own.send(`GET /cl${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
});
When('I send another request on that connection', function () {
  this.own.send('GET /cl/eth/v1/node/version HTTP/1.1\r\nHost: localhost\r\n\r\n');
});
When('I end my side of the connection', function () {
  this.own.socket.end();
});
When('I leave the stream', function () {
  this.stream.leave();
});
Then('{string} has {int} open event stream(s)', async function (name, count) {
  await until(`${count} event streams at ${name}`, async () => (await this.node(name).stats()).event_streams_open === count);
});
When('{int} ms pass without an event', async function (ms) {
  // The one wait for time itself: what must not happen within it is the subject.
  await new Promise((resolve) => setTimeout(resolve, ms));
});

Given(/^the real beacon nodes (".*")$/, { timeout: 120_000 }, async function (list) {
  const pair = await lodestars();
  for (const [, name] of list.matchAll(/"([^"]+)"/g)) {
    const node = pair.get(name);
    this.nodes.set(name, node);
    this.direct ??= node;
    this.cl.push({ name, url: node.clUrl });
  }
});
Then('{string} follows the chain', async function (name) {
  const { slot } = await this.weir.node(name);
  await until(`${name} is past slot ${slot}`, async () => (await this.weir.node(name)).slot > slot);
});
Then("the answer is the same as the node's own for {word} with {word} = {word}", async function (target, header, value) {
  const own = await request(this.direct.clUrl + target, { headers: [[header, value]] });
  assert.ok(this.answer.body.length > 1000);
  assert.equal(sha256(this.answer.body), sha256(own.body));
});
Then("the answer's head has {word} = {word}", function (name, value) {
  assert.equal(this.answer.header(name), value, this.answer.head);
});
Then('the answer has {int} bytes', function (count) {
  assert.equal(this.answer.body.length, count);
});
Then(/^soon the beacon nodes (".*") have each seen (\S+) (\d+) times?$/, async function (list, path, times) {
  for (const [, name] of list.matchAll(/"([^"]+)"/g)) {
    await until(`${name} has seen ${path} ${times} times`, async () => asked((await this.node(name).stats()).cl, path) === Number(times));
  }
});

/** How often each node that runs has seen the path. */
const countsOf = async (world, path) => {
  const counts = [];
  for (const node of world.nodes.values()) counts.push(node.process.running ? asked((await node.stats()).cl, path) : 0);
  return counts;
};
async function askInTurn(world, clients, times, target, optionsOf) {
  world.servedBefore = world.served;
  world.served = [];
  for (let client = 0; client < clients; ++client) {
    const before = await countsOf(world, target);
    for (let i = 0; i < times; ++i) {
      await send(world, 'GET', target, optionsOf(client));
      assert.equal(world.answer.status, 200);
    }
    const after = await countsOf(world, target);
    world.served.push(after.map((count, i) => count - before[i]));
  }
}
When('{int} clients with keys of their own each ask for {word} {int} times', function (clients, target, times) {
  return askInTurn(this, clients, times, target, (client) => ({ headers: [['Authorization', `Bearer key-${client}`]] }));
});
When('{int} clients with addresses of their own each ask for {word} {int} times', function (clients, target, times) {
  return askInTurn(this, clients, times, target, (client) => ({ localAddress: `127.0.0.${client + 2}` }));
});
Then('only the clients of {string} have moved', function (name) {
  const lost = [...this.nodes.keys()].indexOf(name);
  const nodeOf = (counts) => counts.findIndex((count) => count > 0);
  for (const [client, counts] of this.served.entries()) {
    const before = nodeOf(this.servedBefore[client]);
    if (before === lost) assert.notEqual(nodeOf(counts), lost);
    else assert.equal(nodeOf(counts), before, `client ${client} moved`);
  }
});
Then('each client was always served by one node', function () {
  for (const counts of this.served) assert.equal(counts.filter((count) => count > 0).length, 1, JSON.stringify(this.served));
});
Then('every node served some of them', function () {
  for (let i = 0; i < this.nodes.size; ++i) assert.ok(this.served.some((counts) => counts[i] > 0), JSON.stringify(this.served));
});
