// Who may call weir, where its own pages are, and what it never says: requests written line by line.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Given, Then, When } from '@cucumber/cucumber';
import { apart, canBeApart, stranger } from '../support/apart.js';
import { request } from '../support/http.js';
import { freePort } from '../support/ports.js';
import { Process } from '../support/processes.js';
import { RawClient } from '../support/raw.js';
import { Weir, weirBinary } from '../support/weir.js';
import { until } from '../support/wait.js';
import { WsClient } from '../support/ws-client.js';
import { runCommand } from './weir.js';

const chainId = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}';

/** `rows` are header lines; PORT stands for weir's. A row "body" is none. Host is an address unless a row says otherwise. */
async function send(world, port, method, target, rows = []) {
  const lines = rows.map(([name, value]) => [name, value.replaceAll('PORT', port)]);
  const given = (name) => lines.find(([key]) => key.toLowerCase() === name)?.[1];
  const body = given('body') ?? (method === 'POST' ? chainId : undefined);
  const head = lines.filter(([name]) => name !== 'body');
  if (given('host') === undefined) head.unshift(['Host', `127.0.0.1:${port}`]);
  if (body !== undefined) head.push(['Content-Length', String(Buffer.byteLength(body))]);
  const client = await RawClient.connect(port, world.weir.secure && port === world.weir.port ? { secure: { rejectUnauthorized: false } } : {});
  world.endings.push(() => client.close());
  client.send(`${method} ${target} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body ?? ''}`);
  world.answer = await client.answer({ toHead: method === 'HEAD' });
}

When(/^an? (\w+) request for (\S+) comes$/, function (method, target) {
  return send(this, this.weir.port, method, target);
});
When(/^an? (\w+) request for (\S+) comes with$/, function (method, target, table) {
  return send(this, this.weir.port, method, target, table.raw());
});
When(/^an? (\w+) request for (\S+) comes to the (admin|metrics) address$/, function (method, target, which) {
  return send(this, which === 'admin' ? this.adminPort : this.config.metrics.port, method, target);
});
When(/^an? (\w+) request for (\S+) comes to the (admin|metrics) address with$/, function (method, target, which, table) {
  return send(this, which === 'admin' ? this.adminPort : this.config.metrics.port, method, target, table.raw());
});
When('{word} is called over HTTP', function (method) {
  return send(this, this.weir.port, 'POST', '/el', [['body', JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] })]]);
});
When('the text {} is posted', function (text) {
  return send(this, this.weir.port, 'POST', '/el', [['body', text]]);
});

Then('the answer says nothing of {string}', function (secret) {
  assert.ok(!(this.answer.head + this.answer.text).includes(secret), this.answer.head + this.answer.text);
});
Then(/^the answer has (\d+) lines? (\S+)$/, function (count, name) {
  const found = this.answer.headers.filter(([key]) => key.toLowerCase() === name.toLowerCase());
  assert.equal(found.length, Number(count), this.answer.head);
});
Then(/^its ([\w-]+) is "(.*)"$/, function (name, value) {
  const lines = this.answer.headers.filter(([key]) => key.toLowerCase() === name.toLowerCase());
  assert.equal(lines.map(([, text]) => text).join(', '), value, this.answer.head);
});
Then('no node was called', async function () {
  for (const node of this.nodes.values()) {
    const { el } = await node.stats();
    const own = ['eth_syncing', 'eth_chainId', 'eth_blockNumber', 'eth_getBlockByNumber', 'web3_clientVersion', 'eth_subscribe', 'eth_unsubscribe'];
    assert.deepEqual(Object.keys(el.by_method).filter((method) => !own.includes(method)), []);
  }
});

// --- WebSockets
const upgraded = (world, target, options) =>
  WsClient.connect(`${world.weir.url.replace('http', 'ws')}${target}`, options).then(
    (client) => {
      world.endings.push(() => client.socket.terminate());
      return client;
    },
    (error) => error,
  );
When(/^a WebSocket is asked for at (\S+) by a page of (\S+)$/, async function (target, origin) {
  this.upgraded = await upgraded(this, target, { headers: { Origin: origin.replace('PORT', this.weir.port) } });
});
When(/^a WebSocket is asked for at (\S+) by the name (\S+)$/, async function (target, host) {
  this.upgraded = await upgraded(this, target, { headers: { Host: host } });
});
When(/^a WebSocket is asked for at (\S+)$/, async function (target) {
  this.upgraded = await upgraded(this, target, {});
});
Then('it is open and answers eth_chainId', async function () {
  assert.ok(this.upgraded instanceof WsClient, this.upgraded.message);
  const one = this.upgraded;
  one.socket.send(chainId);
  const [data] = await new Promise((resolve, reject) => {
    one.socket.once('message', (...message) => resolve(message));
    one.socket.once('close', () => reject(new Error('closed before an answer')));
  });
  assert.equal(JSON.parse(data).result, '0x1');
});
Then('it is refused with {int} and the words {string}', function (status, words) {
  assert.equal(this.upgraded.status, status, this.upgraded.message ?? 'it was upgraded');
  assert.ok(this.upgraded.body.includes(words), this.upgraded.body);
});
When(/^over a WebSocket at \/el comes the text (.*)$/, async function (text) {
  const one = await upgraded(this, '/el', {});
  assert.ok(one instanceof WsClient, one.message);
  one.expectsStrangers = true;
  one.socket.send(text);
  const data = await new Promise((resolve, reject) => {
    one.socket.once('message', resolve);
    one.socket.once('close', () => reject(new Error('closed before an answer')));
  });
  const reply = data.toString();
  this.answer = { status: 200, head: '', headers: [], text: reply, json: () => JSON.parse(reply) };
});
Then('the element with the id {int} has the result {}', function (id, result) {
  assert.deepEqual(this.answer.json().find((one) => one.id === id)?.result, JSON.parse(result), this.answer.text);
});
Then('the element with the id {int} has the error {int}', function (id, code) {
  assert.equal(this.answer.json().find((one) => one.id === id)?.error?.code, code, this.answer.text);
});
Then('there are {int} elements', function (count) {
  assert.equal(this.answer.json().length, count, this.answer.text);
});

// --- where weir's own pages are
Given('weir has an admin address', async function () {
  this.adminPort = await freePort();
  this.config.admin.listen = `127.0.0.1:${this.adminPort}`;
});
Given('the nodes are asked with the header {word}: {}', function (name, value) {
  for (const node of [...this.el.primary, ...this.cl]) node.headers = { ...node.headers, [name]: value };
});
Given('the URLs of the nodes go on with {word}', function (more) {
  for (const node of [...this.el.primary, ...this.cl]) for (const key of ['http_url', 'url']) if (node[key]) node[key] += more;
});
When('I run weir "status" against the admin address', function () {
  return runCommand(this, ['status', '--url', `http://127.0.0.1:${this.adminPort}`]);
});
When('I run weir "status" against the admin address with WEIR_TOKEN = {string}', function (token) {
  return runCommand(this, ['status', '--url', `http://127.0.0.1:${this.adminPort}`], { WEIR_TOKEN: token });
});
When('the setting {word}.{word} becomes {} by SIGHUP', function (table, key, value) {
  this.config[table][key] = JSON.parse(value);
  this.weir.write(this.wholeConfig());
  this.weir.process.signal('SIGHUP');
});
Then('soon a {word} request for {word} by the name {word} is answered {int}', async function (method, target, host, status) {
  await until(`${target} answers ${status}`, async () => {
    await send(this, this.weir.port, method, target, [['Host', host]]);
    return this.answer.status === status;
  });
});

// --- weir where not only this machine can call it
Given('a network of its own for weir', function () {
  if (canBeApart()) return undefined;
  this.attach('skipped: this machine grants no network namespace (unshare -rn)', 'text/plain');
  return 'skipped';
});
When('weir listens on every address there with {string} and is asked', async function (more, table) {
  const file = path.join(this.directory, 'apart.toml');
  writeFileSync(file, `[server]\nhost = "0.0.0.0"\nworkers = 1\n${more.replaceAll('; ', '\n')}\n\n[[cl]]\nname = "a"\nurl = "http://127.0.0.1:1"\n`);
  const requests = table.hashes().map(({ from, method, path: target, host, origin }) => ({
    url: `http://${from === 'loopback' ? '127.0.0.1' : stranger}:8080${target}`, method,
    // The name goes into an absolute target: that is what counts then.
    path: host === '' ? undefined : `http://${host}${target}`,
    localAddress: from === 'loopback' ? undefined : stranger,
    headers: origin === '' ? [] : [['Origin', origin]],
  }));
  const { log, answers } = await apart(weirBinary, ['--config', file], requests);
  this.apartLog = log;
  for (const [i, row] of table.hashes().entries()) assert.equal(answers[i].status, Number(row.status), `${JSON.stringify(row)} ${answers[i].text}`);
});
Then('its log says {string}', function (text) {
  assert.ok(this.apartLog.includes(text), this.apartLog);
});
Then('its log does not say {string}', function (text) {
  assert.ok(this.apartLog.includes('weir listens') && !this.apartLog.includes(text), this.apartLog);
});

// --- Vixy's files
When('weir runs by the file', async function (text) {
  const ports = [await freePort(), await freePort(), await freePort()];
  const [port, metrics, listen] = ports;
  const file = path.join(this.directory, 'vixy.toml');
  writeFileSync(file, text.replaceAll('PORT_A', port).replaceAll('PORT_B', metrics));
  this.weir = new Weir(this.directory, port, {});
  this.vixyPorts = { PORT_A: port, PORT_B: metrics, PORT_C: listen };
  this.vixyFile = file;
});
async function startByFile(world, args) {
  world.weir.process = new Process('weir', weirBinary, ['--config', world.vixyFile, ...args]);
  world.endings.push(() => world.weir.process.kill());
}
When('it is started', function () {
  return startByFile(this, []);
});
When('it is started with --listen 127.0.0.1:PORT_C', function () {
  return startByFile(this, ['--listen', `127.0.0.1:${this.vixyPorts.PORT_C}`]);
});
Then(/^http:\/\/127\.0\.0\.1:(PORT_\w)(\/\S*) answers (\d+)$/, async function (name, target, status) {
  await until(`${name} ${target} answers`, async () => {
    this.weir.process.mustRun();
    const answer = await request(`http://127.0.0.1:${this.vixyPorts[name]}${target}`);
    assert.equal(answer.status, Number(status), answer.text);
    return true;
  });
});
Then('nothing listens on PORT_A', async function () {
  await assert.rejects(RawClient.connect(this.vixyPorts.PORT_A), { code: 'ECONNREFUSED' });
});
When('weir is started at both', async function () {
  // Where the pages are elsewhere, or guarded, nothing on the clients' address says that the nodes were checked.
  await this.startWeir({ ready: false });
  await until('a call is answered', async () => {
    this.weir.process.mustRun();
    await send(this, this.weir.port, 'POST', '/el');
    return this.answer.status === 200;
  });
});
Then('these are answered', async function (table) {
  for (const row of table.hashes()) {
    const ports = { clients: this.weir.port, admin: this.adminPort, metrics: this.config.metrics.port };
    for (const [at, port] of Object.entries(ports)) {
      if (row[at] === undefined) continue;
      await send(this, port, 'GET', row.path);
      assert.equal(this.answer.status, Number(row[at]), `${row.path} ${at}: ${this.answer.text}`);
    }
  }
});
Then('the log has nothing of a restart', function () {
  assert.ok(this.weir.log.includes('configuration reloaded') && !this.weir.log.includes('restart'), this.weir.log);
});
Then('soon {word} reaches a node', async function (method) {
  await until(`${method} reaches a node`, async () => {
    await send(this, this.weir.port, 'POST', '/el', [['body', JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] })]]);
    const counts = await Promise.all([...this.nodes.values()].map(async (node) => (await node.stats()).el.by_method[method] ?? 0));
    return counts.some((count) => count > 0);
  });
});
