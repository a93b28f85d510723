// Host names of nodes, and what becomes of calls when they come to stand for something else.
import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { NameServer } from '../support/name-server.js';
import { freePort } from '../support/ports.js';
import { post } from '../support/http.js';
import { pause, until } from '../support/wait.js';
import { simNodes } from './ws.js';

const host = 'node.weir.test';
const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] });

Given('a name server', async function () {
  this.names = await NameServer.start();
  this.endings.push(() => this.names.close());
  this.config.global.dns_servers = [`127.0.0.1:${this.names.port}`];
});

// All have the same ports, each on an address of its own: 127.0.1.1 and so on.
Given(/^nodes (".*") that the name node\.weir\.test may stand for$/, async function (list) {
  const ports = { el: await freePort(), cl: await freePort() };
  this.hostPorts = ports;
  for (const [i, [, name]] of [...list.matchAll(/"([^"]+)"/g)].entries()) {
    await this.addSimnode(name, { host: `127.0.1.${i + 1}`, ports });
  }
});
Given(/^WebSocket nodes (".*") of one chain that the name node\.weir\.test may stand for$/, async function (list) {
  const ports = { el: await freePort() };
  this.hostPorts = ports;
  for (const [i, [, name]] of [...list.matchAll(/"([^"]+)"/g)].entries()) {
    await simNodes(this, [name], { blockTimeMs: 50, options: { host: `127.0.1.${i + 1}`, ports } });
  }
  this.el.primary = []; // they have one name
});
Given(/^the primary node "(\w+)" is reached by that name( and followed over WebSocket)?$/, function (name, followed) {
  const authority = `${host}:${this.hostPorts.el}`;
  this.el.primary.push({ name, http_url: `http://${authority}`, ...(followed ? { ws_url: `ws://${authority}` } : {}) });
});
Given('the beacon node {string} is reached by that name', function (name) {
  this.cl.push({ name, url: `http://${host}:${this.hostPorts.cl}` });
});

const addressesOf = (world, list) => [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => (world.nodes.has(name) ? world.node(name).address : name));
const stands = (given) => async function (list, seconds) {
  this.names.set(host, addressesOf(this, list), { ttl: Number(seconds) });
  if (!given) this.movedAt = performance.now();
};
Given(/^the name stands for (".*") for (\d+) seconds?$/, stands(true));
When(/^the name comes to stand for (".*") for (\d+) seconds?$/, stands(false));
When(/^the name server answers with (silence|servfail|nxdomain)( to questions for AAAA)?$/, function (what, only) {
  const record = this.names.records.get(host);
  record.behaviour = (what === 'silence' ? 'silent' : what) + (only ? ' AAAA' : '');
});

/** Calls one after the other, `perSecond`, until stopped. */
class Calls {
  done = []; // { at, ms, status, text, error }
  constructor(url, perSecond) {
    this.running = this.#run(url, 1000 / perSecond);
  }
  async #run(url, gap) {
    while (!this.over) {
      const at = performance.now();
      const answer = await post(url, call).catch((error) => ({ error }));
      this.done.push({ at, ms: performance.now() - at, status: answer.status, text: answer.text, error: answer.error?.message });
      await pause(Math.max(0, gap - (performance.now() - at)));
    }
  }
  async stop() {
    this.over = true;
    await this.running;
  }
  get failed() {
    return this.done.filter((one) => one.status !== 200);
  }
}
When('calls come {int} times a second', function (perSecond) {
  this.calls = new Calls(this.weir.el, perSecond);
  this.endings.push(() => this.calls.stop());
});
Then('within {int} seconds {string} gets all calls, and {string} has no connection any more', async function (seconds, name, old) {
  const within = seconds * 1000;
  await until(`${name} gets calls`, async () => ((await this.node(name).stats()).el.requests) > 0, { within });
  await until(`${old} has no connection`, async () => (await this.node(old).stats()).el.connections_open === 0, { within });
});
Then('no call has failed', async function () {
  await this.calls.stop();
  assert.ok(this.calls.done.length > 0);
  assert.deepEqual(this.calls.failed, []);
});
Then('calls were answered again within {int} seconds', async function (seconds) {
  await until('a call is answered', () => this.calls.done.some((one) => one.at > this.movedAt && one.status === 200), { within: 30_000 });
  const first = this.calls.done.find((one) => one.at > this.movedAt && one.status === 200);
  assert.ok(first.at + first.ms - this.movedAt < seconds * 1000, `${first.at + first.ms - this.movedAt} ms`);
});
Then('{int} more calls are answered', async function (count) {
  const before = this.calls.done.length;
  await until(`${count} more calls`, () => this.calls.done.length >= before + count);
  assert.deepEqual(this.calls.failed, []);
});
Then('the name server has been asked again {int} times', async function (times) {
  const before = this.names.asked.length;
  await until(`${times} more questions`, () => this.names.asked.length >= before + times);
});

// With `upstream_idle_timeout_ms = 0` each of them has a connection of its own.
Then('of {int} calls on fresh connections, none but the first takes more than {int} ms', async function (count, ms) {
  const times = [];
  for (let i = 0; i < count; ++i) {
    const begun = performance.now();
    const answer = await post(this.weir.el, call);
    assert.equal(answer.status, 200, answer.text);
    times.push(performance.now() - begun);
  }
  assert.ok(times.slice(1).every((time) => time <= ms), times.map(Math.round).join(' '));
});
Then('{string} has a WebSocket, and {string} has none any more', async function (name, old) {
  const open = async (node) => (await this.node(node).stats()).ws.open;
  await until(`${name} has a WebSocket`, async () => (await open(name)) > 0);
  await until(`${old} has none`, async () => (await open(old)) === 0);
});
