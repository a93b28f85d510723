// https to nodes and to clients, with certificates of the tests' own.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Given, Then, When } from '@cucumber/cucumber';
import { Authority } from '../support/certificates.js';
import { post, request } from '../support/http.js';
import { RawClient } from '../support/raw.js';
import { run } from '../support/processes.js';
import { bare } from '../support/weir.js';
import { connect, simNodes } from './ws.js';

Given('a certificate authority {string}', async function (name) {
  this.authorities ??= new Map();
  this.authorities.set(name, await Authority.create(this.directory, name));
});
async function secureNode(world, name, subject, authority) {
  const tls = await world.authorities.get(authority).issue(name, subject);
  return world.addSimnode(name, { tls });
}
Given('a primary node {string} with a certificate for {word} by {string}', async function (name, subject, authority) {
  const node = await secureNode(this, name, subject, authority);
  this.el.primary.push({ name, http_url: node.elUrl });
});
Given('a beacon node {string} with a certificate for {word} by {string}', async function (name, subject, authority) {
  const node = await secureNode(this, name, subject, authority);
  this.cl.push({ name, url: node.clUrl });
});
Given('a WebSocket node {string} with a certificate for {word} by {string}', async function (name, subject, authority) {
  const tls = await this.authorities.get(authority).issue(name, subject);
  await simNodes(this, [name], { options: { tls }, entry: { ca_file: this.authorities.get(authority).file } });
});
When('{string} connects over wss', function (name) {
  return connect(this, name, bare ? {} : { ca: this.ca });
});
Given('{string} is reached by the name {word}', function (name, host) {
  const node = [...this.el.primary, ...this.cl].find((entry) => entry.name === name);
  for (const key of ['http_url', 'url']) if (node[key]) node[key] = node[key].replace('127.0.0.1', host);
});
Given("{string} is trusted by {string}'s certificate", function (name, authority) {
  [...this.el.primary, ...this.cl].find((entry) => entry.name === name).ca_file = this.authorities.get(authority).file;
});
Given("the system's store holds {string}", function (authority) {
  this.environment = { SSL_CERT_FILE: this.authorities.get(authority).file };
});
When('weir runs in that environment', function () {
  return this.startWeir({ env: this.environment });
});
Given('weir serves https with a certificate for {word} by {string}', async function (subject, authority) {
  const { cert, key } = await this.authorities.get(authority).issue('weir', subject);
  Object.assign(this.config.server, { tls_cert: cert, tls_key: key });
  this.ca = readFileSync(this.authorities.get(authority).file);
});
When('I call {word} over https and trust only {string}', async function (method, authority) {
  const ca = readFileSync(this.authorities.get(authority).file);
  this.answer = await post(this.weir.el, JSON.stringify({ jsonrpc: '2.0', id: 1, method }), { tls: { ca } });
});
When('I send GET {word} over https', async function (target) {
  this.answer = await request(this.weir.cl + target, { tls: { ca: this.ca } });
});
Then('a client that speaks plain HTTP gets no answer', async function () {
  const client = await RawClient.connect(this.weir.port);
  this.endings.push(() => client.close());
  client.send('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await client.closed();
  assert.equal(client.buffer.toString('latin1').startsWith('HTTP/'), false);
});
Then('two calls on one https connection are answered', async function () {
  const client = await RawClient.connect(this.weir.port, { secure: { ca: this.ca } });
  this.endings.push(() => client.close());
  for (const id of [1, 2]) {
    const body = `{"jsonrpc":"2.0","id":${id},"method":"eth_chainId"}`;
    client.send(`POST /el HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    const answer = await client.answer();
    assert.deepEqual([answer.status, answer.json()], [200, { jsonrpc: '2.0', id, result: '0x1' }]);
  }
});
Then('TLS {word} is not spoken', async function (version) {
  await assert.rejects(RawClient.connect(this.weir.port, { secure: { ca: this.ca, minVersion: `TLSv${version}`, maxVersion: `TLSv${version}`, ciphers: 'ALL:@SECLEVEL=0' } }));
});
Given("weir's private key does not belong to its certificate", async function () {
  const { key } = await [...this.authorities.values()][0].issue('another', 'IP:127.0.0.1');
  this.config.server.tls_key = key;
});
Given('the setting {word} names a file that is not there', function (key) {
  const [table, name] = key.split('.');
  this.config[table][name] = `${this.directory}/no-such-file.pem`;
});
When('weir is started', async function () {
  const { Weir, weirBinary } = await import('../support/weir.js');
  const { freePort } = await import('../support/ports.js');
  const weir = new Weir(this.directory, await freePort(), this.wholeConfig());
  weir.write(this.wholeConfig());
  const result = await run('weir', weirBinary, ['--config', weir.file]);
  this.exitCode = result.code;
  this.output = result.stdout + result.stderr;
});
