// TLS to nodes: what is wrong in words, certificates of weir's own, sessions; and weir's certificate renewed.
import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import tls from 'node:tls';
import { Given, Then, When } from '@cucumber/cucumber';
import { post } from '../support/http.js';
import { run } from '../support/processes.js';
import { RawClient } from '../support/raw.js';
import { until } from '../support/wait.js';
import { runCommand } from './weir.js';

const stamp = (days) => `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
const entryOf = (world, name) => [...world.el.primary, ...world.cl].find((entry) => entry.name === name);

async function addNode(world, name, authority, { subject = 'IP:127.0.0.1', validity, options = {}, trusted = true } = {}) {
  const issued = await world.authorities.get(authority).issue(name, subject, validity);
  const node = await world.addSimnode(name, { tls: { ...issued, ...options } });
  world.el.primary.push({ name, http_url: node.elUrl, ...(trusted ? { ca_file: world.authorities.get(authority).file } : {}) });
}
Given(/^a trusted node "(\w+)" by "(\w+)" whose certificate is for (\S+)$/, function (name, authority, subject) {
  return addNode(this, name, authority, { subject });
});
Given(/^a trusted node "(\w+)" by "(\w+)" whose certificate (has expired|is not valid yet)$/, function (name, authority, what) {
  return addNode(this, name, authority, { validity: what === 'has expired' ? { from: stamp(-20), until: stamp(-10) } : { from: stamp(10), until: stamp(20) } });
});
Given('a node {string} by {string} that nobody has told weir to trust', function (name, authority) {
  return addNode(this, name, authority, { trusted: false });
});
Given('a node {string} by {string}, whose certificate itself is its ca_file', async function (name, authority) {
  await addNode(this, name, authority, { trusted: false });
  entryOf(this, name).ca_file = `${this.directory}/${name}.pem`;
});
Given('a node {string} with a self-signed certificate', async function (name) {
  const file = (extension) => `${this.directory}/${name}.${extension}`;
  await run('openssl', 'openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', file('key'), '-out', file('pem')]);
  const node = await this.addSimnode(name, { tls: { cert: file('pem'), key: file('key') } });
  this.el.primary.push({ name, http_url: node.elUrl });
});
Given(/^a node "(\w+)" by "(\w+)" that wants a client certificate by "(\w+)"(, over TLS 1\.2)?$/, function (name, authority, client, only12) {
  return addNode(this, name, authority, { options: { clientCa: this.authorities.get(client).file, only12: only12 !== undefined } });
});
Given(/^a trusted node "(\w+)" by "(\w+)"(, over TLS 1\.2)?$/, function (name, authority, only12) {
  return addNode(this, name, authority, { options: { only12: only12 !== undefined } });
});
Given('weir shows {string} a certificate by {string}', async function (name, authority) {
  const { cert, key } = await this.authorities.get(authority).issue('weir-client', 'DNS:weir.test');
  Object.assign(entryOf(this, name), { client_cert: cert, client_key: key });
  this.client = { cert, key };
});
Given("the client's private key belongs to another certificate", async function () {
  const { key } = await [...this.authorities.values()][0].issue('somebody-else', 'DNS:else.test');
  copyFileSync(key, this.client.key);
});
When('the certificate that weir shows {string} is renewed, by {string}', async function (name, authority) {
  const { cert, key } = await this.authorities.get(authority).issue('weir-client-renewed', 'DNS:weir.test');
  copyFileSync(cert, this.client.cert);
  copyFileSync(key, this.client.key);
});
When('weir checks its configuration', function () {
  this.weirFile = `${this.directory}/checked.toml`;
  return import('../support/toml.js').then(({ toToml }) => {
    writeFileSync(this.weirFile, toToml(this.wholeConfig()));
    return runCommand(this, ['check', '--config', this.weirFile]);
  });
});
When('{int} calls are made, each on a connection of its own', async function (count) {
  for (let i = 0; i < count; ++i) {
    const answer = await post(this.weir.el, '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}');
    assert.equal(answer.status, 200, answer.text);
  }
});
Then('all handshakes with {string} but at most {int} resumed a session', async function (name, most) {
  const count = (resumed) => this.weir.metric('el_node_tls_handshakes_total', { node: name, resumed });
  const [resumed, whole] = [await count('true'), await count('false')];
  assert.ok(whole <= most && resumed >= 10, `${resumed} resumed, ${whole} whole`);
});

// weir's own certificate.
const shown = (world) => new Promise((resolve, reject) => {
  const socket = tls.connect({ port: world.weir.port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
    resolve(socket.getPeerCertificate().fingerprint256);
    socket.destroy();
  });
  socket.once('error', reject);
});
When("weir's certificate at the same path is renewed by {string}", async function (authority) {
  this.before = { shown: await shown(this), expiry: await this.weir.metric('tls_certificate_expiry_seconds') };
  const { cert, key } = await this.authorities.get(authority).issue('renewed', 'IP:127.0.0.1', { until: stamp(30) });
  copyFileSync(cert, this.config.server.tls_cert);
  copyFileSync(key, this.config.server.tls_key);
});
When("weir's certificate at the same path is spoiled", async function () {
  this.before = { shown: await shown(this), expiry: await this.weir.metric('tls_certificate_expiry_seconds') };
  writeFileSync(this.config.server.tls_key, 'no key');
});
Given('a client keeps an https connection to weir', async function () {
  this.kept = await RawClient.connect(this.weir.port, { secure: { rejectUnauthorized: false } });
  this.endings.push(() => this.kept.close());
});
Then('the kept connection is answered', async function () {
  const body = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}';
  this.kept.send(`POST /el HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  assert.equal((await this.kept.answer()).status, 200);
});
Then('new connections are shown the new certificate', async function () {
  await until('another certificate', async () => (await shown(this)) !== this.before.shown);
  const expiry = await this.weir.metric('tls_certificate_expiry_seconds');
  assert.ok(expiry > this.before.expiry && Math.abs(expiry - (Date.now() / 1000 + 30 * 86_400)) < 600, `${expiry}`);
});
Then('new connections are shown the old certificate', async function () {
  assert.equal(await shown(this), this.before.shown);
  assert.equal(await this.weir.metric('tls_certificate_expiry_seconds'), this.before.expiry);
});
Then("the client's certificate expiry of {string} is shown", async function (name) {
  const expiry = await this.weir.metric('el_node_client_certificate_expiry_seconds', { node: name });
  assert.ok(expiry > Date.now() / 1000, `${expiry}`);
});
