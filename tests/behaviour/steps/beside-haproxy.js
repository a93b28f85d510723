// The same calls through weir and through HAProxy at the same time: neither loses what the other keeps.
import assert from 'node:assert/strict';
import http from 'node:http';
import { Given, Then, When } from '@cucumber/cucumber';
import { Haproxy, haveHaproxy, noHaproxy } from '../support/haproxy.js';
import { post } from '../support/http.js';
import { run } from '../support/processes.js';
import { Traffic } from '../support/traffic.js';
import { until } from '../support/wait.js';
import { addNodeApart } from './networks.js';

Given('a machine with HAProxy', function () {
  if (haveHaproxy()) return undefined;
  this.attach(noHaproxy, 'text/plain');
  console.log(noHaproxy);
  return 'skipped';
});

// An address of several machines: which of them gets a connection, the connection's ports say (ECMP).
const service = '10.77.200.1';
function leadToService(world, names) {
  const hops = names.map((name) => world.cables.get(name)).flatMap((cable) => ['nexthop', 'via', cable.address(), 'dev', cable.ends.near.link]);
  return world.place.ip('route', 'replace', `${service}/32`, ...hops);
}
Given(/^a service address with the nodes "(\w+)", "(\w+)" behind it$/, async function (first, second) {
  const { ports } = await addNodeApart(this, first);
  await addNodeApart(this, second, { ports: { el: ports.el } });
  this.behindService = [first, second];
  for (const name of this.behindService) await this.cables.get(name).give(service);
  await this.place.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/fib_multipath_hash_policy');
  await leadToService(this, this.behindService);
  this.el.primary.push({ name: 'service', http_url: `http://${service}:${ports.el}` });
});
When('a machine that refuses comes to stand behind the service address', async function () {
  const cable = await this.lab.cable(this.place, await this.lab.place('refuses'));
  this.cables.set('refuses', cable);
  await cable.ends.far.place.ip('addr', 'add', `${service}/32`, 'dev', 'lo');
  await leadToService(this, [...this.behindService, 'refuses']);
});

/** A count of weir's network's own, since it is there: AttemptFails, RetransSegs (RFC 4022). */
async function tcpCount(world, name) {
  const lines = (await world.place.run('cat', '/proc/net/snmp')).split('\n').filter((line) => line.startsWith('Tcp:'));
  const [names, values] = lines.map((line) => line.split(' '));
  return Number(values[names.indexOf(name)]);
}
Then("{int} connects out of weir's network at least were refused", async function (least) {
  const refused = await tcpCount(this, 'AttemptFails');
  assert.ok(refused >= least, `${refused} were`);
});
Then("{int} packets out of weir's network at least were sent again", async function (least) {
  const again = await tcpCount(this, 'RetransSegs');
  assert.ok(again >= least, `${again} were`);
});
Then("nobody answers in weir's network at {word}", async function (address) {
  const result = await run('a connect', 'timeout', ['0.3', 'bash', '-c', `: > /dev/tcp/${address}/${this.namedPorts.el}`], { through: this.place.through });
  assert.equal(result.code, 124, result.stderr); // its time was up
});

async function runBeside(world, { addresses = 1, alive, nameServer } = {}) {
  const servers = world.el.primary.map(({ name, http_url: url }) => {
    const { hostname: host, port } = new URL(url);
    return { name, host, port, addresses };
  });
  world.haproxy = await Haproxy.start(world.directory, {
    servers,
    place: world.place,
    keepsConnections: world.config.global.upstream_idle_timeout_ms !== 0,
    nameServer,
  });
  world.endings.push(() => world.haproxy.kill());
  await world.haproxy.ready(alive ?? servers.length);
}
When('HAProxy runs beside it', function () {
  return runBeside(this);
});
When('HAProxy runs beside it, with {int} address(es) of the name, {int} of them alive', function (addresses, alive) {
  return runBeside(this, { addresses, alive, nameServer: '127.0.0.1:53' });
});

const methods = ['eth_blockNumber', 'eth_chainId'];
function callsOf(url, timeout, agent) {
  let last = 0;
  return methods.map((method) => [method, async () => {
    const id = ++last;
    const answer = await post(url, JSON.stringify({ jsonrpc: '2.0', id, method, params: [] }), { timeout, agent });
    const good = answer.status === 200 && answer.json().id === id && answer.json().result !== undefined;
    if (!good) throw new Error(`${answer.status} ${answer.text.slice(0, 100)}`);
  }]);
}
When(/^the same calls go through both, (\d+) a second over (fresh|kept) connections, each awaited for (\d+) ms$/, async function (perSecond, kind, patience) {
  this.both = {};
  this.saidBefore = this.weir.log.length;
  for (const [name, url] of [['weir', this.weir.el], ['HAProxy', this.haproxy.url]]) {
    const agent = kind === 'kept' ? new http.Agent({ keepAlive: true }) : false;
    const traffic = new Traffic(callsOf(url, Number(patience), agent), Number(perSecond)).start();
    this.both[name] = traffic;
    this.endings.push(async () => {
      await traffic.stop();
      if (agent) agent.destroy();
    });
  }
  const enough = Number(perSecond) / 5;
  await until('both answer', () => Object.values(this.both).every(({ answers, failed }) => answers.length - failed.length >= enough));
  for (const { failed } of Object.values(this.both)) assert.equal(failed.length, 0, `before anything happened: ${failed[0]?.error}`);
});

const told = (traffic) => `${traffic.failed.length} of ${traffic.answers.length} lost, the slowest took ${Math.round(traffic.slowest)} ms`;
async function ended(world) {
  await Promise.all(Object.values(world.both).map((traffic) => traffic.stop()));
  const { weir, HAProxy } = world.both;
  const summary = `weir: ${told(weir)}; HAProxy: ${told(HAProxy)}`;
  world.attach(summary, 'text/plain');
  assert.ok(weir.answers.length > 50 && HAProxy.answers.length > 50, summary);
  return { weir: weir.failed.length, haproxy: HAProxy.failed.length, summary };
}
Then('weir has lost none of them', async function () {
  const lost = await ended(this);
  assert.equal(lost.weir, 0, `${lost.summary}: ${this.both.weir.failed[0]?.error}`);
});
Then('weir has lost no more of them than HAProxy', async function () {
  const lost = await ended(this);
  assert.ok(lost.weir <= lost.haproxy, `${lost.summary}: ${this.both.weir.failed[0]?.error}`);
});

Then('HAProxy has tried again {int} time(s) at least', async function (least) {
  const again = (await this.haproxy.total('wretr')) + (await this.haproxy.total('wredis'));
  assert.ok(again >= least, `${again} times`);
});
Then('HAProxy has gone to {string}', async function (name) {
  const address = `${this.cables.get(name).address()}:${this.namedPorts.el}`;
  await until(`HAProxy has gone to ${name}`, async () => (await this.haproxy.servers()).some(({ addr }) => addr === address));
});
Then('{string} has stayed fit under them', function (name) {
  const lines = this.weir.log.slice(this.saidBefore).split('\n').filter((line) => line.includes('became unfit') && line.includes(`node=${name} `));
  assert.deepEqual(lines, []);
});
