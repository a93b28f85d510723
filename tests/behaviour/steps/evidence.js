// What traffic shows of nodes: hung ones, doors that refuse, flows that are forgotten.
import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { Door } from '../support/door.js';
import { jsonHeaders, request } from '../support/http.js';
import { WsClient } from '../support/ws-client.js';
import { pause, until } from '../support/wait.js';

const names = (text) => [...text.matchAll(/"([^"]+)"/g)].map((match) => match[1]);
const door = (world, name) => world.doors.get(name);

Given('the default settings for checks', function () {
  Object.assign(this.config.global, { health_check_interval_ms: 1000, health_check_timeout_ms: 5000 });
});
Given(/^(primary|backup) nodes? (".*") behind (?:a door|doors)$/, async function (tier, list) {
  this.doors ??= new Map();
  for (const name of names(list)) {
    const node = await this.addSimnode(name);
    const opened = await Door.open(node.ports.el);
    this.doors.set(name, opened);
    this.endings.push(() => opened.kill());
    this.el[tier].push({ name, http_url: opened.url });
  }
});
When(/^the doors? of (".*") (?:is|are) closed for (\d+) of every (\d+) ms$/, function (list, off, period) {
  return Promise.all(names(list).map((name) => door(this, name).refuseAtTimes({ off: Number(off), period: Number(period) })));
});
When(/^the doors? of (".*") lets? each connection have one answer$/, function (list) {
  for (const name of names(list)) door(this, name).onlyOneAnswerEach();
});
When(/^the door of "(\w+)" takes (\d+) connections and (refuses|never serves) further ones$/, function (name, most, how) {
  door(this, name).takeOnly(Number(most), { silently: how !== 'refuses' });
});
When('the door of {string} forgets its flows', function (name) {
  door(this, name).forgetFlows();
});
When('the door of {string} lets no answer above {int} bytes through', function (name, bytes) {
  door(this, name).swallowAbove(bytes);
});
Then('the door of {string} has swallowed no more than {int} answers', function (name, most) {
  assert.ok((door(this, name).swallowed ?? 0) <= most, `${door(this, name).swallowed}`);
});

/** Clients that call one after the other until told to stop; each call with what became of it. */
class Load {
  calls = [];
  constructor(world, clients, makeOne, gap) {
    this.running = true;
    this.clients = Array.from({ length: clients }, async (_, client) => {
      for (let i = 0; this.running; ++i) {
        const call = { begun: performance.now() };
        this.calls.push(call);
        try {
          call.failure = await makeOne(client, i);
        } catch (error) {
          call.failure = String(error);
        }
        call.ms = performance.now() - call.begun;
        await pause(gap);
      }
    });
    world.endings.push(() => this.stop());
  }
  async stop() {
    this.running = false;
    await Promise.all(this.clients);
  }
}
const methods = ['eth_chainId', 'eth_gasPrice', 'eth_blockNumber', 'eth_getBalance'];
const paramsOf = (method) => (method === 'eth_getBalance' ? ['0x0000000000000000000000000000000000000001', 'latest'] : []);
const text = (id, method) => JSON.stringify({ jsonrpc: '2.0', id, method, params: paramsOf(method) });
const ways = {
  HTTP: (world) => async (client, i) => {
    const answer = await request(world.weir.el, { method: 'POST', body: text(`${client}-${i}`, methods[(client + i) % methods.length]), headers: jsonHeaders });
    return answer.status === 200 && answer.json().id === `${client}-${i}` && answer.json().result !== undefined ? undefined : `${answer.status} ${answer.text}`;
  },
  batches: (world) => async (client, i) => {
    const answer = await request(world.weir.el, { method: 'POST', body: `[${text(1, 'eth_chainId')},${text(2, methods[i % methods.length])}]`, headers: jsonHeaders });
    return answer.status === 200 && answer.json().every(({ result }) => result !== undefined) ? undefined : `${answer.status} ${answer.text}`;
  },
  'the Beacon API': (world) => async (client, i) => {
    const answer = await request(world.weir.cl + ['/eth/v1/beacon/genesis', '/eth/v1/node/version'][i % 2]);
    return answer.status === 200 ? undefined : `${answer.status} ${answer.text}`;
  },
  WebSocket: (world) => {
    const sockets = new Map();
    return async (client, i) => {
      if (!sockets.has(client)) {
        sockets.set(client, await WsClient.connect(world.weir.ws));
        world.endings.push(() => sockets.get(client).socket.terminate());
      }
      await sockets.get(client).call(methods[i % methods.length], paramsOf(methods[i % methods.length]));
      return undefined;
    };
  },
};
When(/^(\d+) clients keep calling over (HTTP|batches|the Beacon API|WebSocket)$/, async function (clients, way) {
  (this.loads ??= []).push(new Load(this, Number(clients), ways[way](this), 10));
  const load = this.loads.at(-1);
  await until('calls are answered', () => load.calls.filter((call) => call.ms !== undefined).length >= 10 * clients);
});
When('they go on for {int} ms', function (ms) {
  return pause(ms);
});
async function ended(world) {
  for (const load of world.loads) await load.stop();
  const calls = world.loads.flatMap((load) => load.calls);
  const failed = calls.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0) {
    const first = calls[0].begun;
    world.attach(failed.slice(0, 40).map(({ begun, ms, failure }) => `${Math.round(begun - first)} +${Math.round(ms)}: ${failure}`).join('\n'), 'text/plain');
  }
  return calls;
}
Then('none of their calls has failed', async function () {
  const calls = await ended(this);
  assert.ok(calls.length > 30, `${calls.length} calls`);
  const failed = calls.filter(({ failure }) => failure !== undefined);
  assert.equal(failed.length, 0, `${failed.length} of ${calls.length}: ${failed[0]?.failure}`);
});
Then('none of their calls has failed or taken longer than {int} ms', async function (most) {
  const calls = await ended(this);
  const failed = calls.filter(({ failure }) => failure !== undefined);
  assert.equal(failed.length, 0, `${failed.length} of ${calls.length}: ${failed[0]?.failure}`);
  const slowest = Math.max(...calls.map(({ ms }) => ms));
  this.attach(`${calls.length} calls, the slowest took ${Math.round(slowest)} ms`, 'text/plain');
  assert.ok(slowest < most, `the slowest took ${slowest} ms`);
});

When(/^(".*") (?:is|are) suspended at once$/, function (list) {
  for (const name of names(list)) {
    const node = this.node(name);
    this.endings.push(() => node.resume());
    node.suspend();
  }
  this.suspendedAt = performance.now();
  this.suspendedWall = Date.now();
});
Then(/^within (\d+) ms (".*") (?:is|are) not fit, for nothing came$/, async function (most, list) {
  for (const name of names(list)) {
    await this.weir.seesNode(name, 'is not fit, for nothing came', (node) => !node.is_healthy && /silent: nothing came for \d+\.\d s/.test(node.reason));
    const took = performance.now() - this.suspendedAt;
    assert.ok(took < most, `${name} only after ${took} ms`);
  }
});
Then('the status says of {string} since when nothing came', async function (name) {
  const node = await this.weir.node(name);
  const heard = Date.parse(node.last_heard);
  assert.ok(Math.abs(heard - this.suspendedWall) < 2500, JSON.stringify(node));
});
Then('{string} is not left for silence within {int} ms', async function (name, ms) {
  await pause(ms);
  assert.ok(!this.weir.logLines.some((line) => line.includes('held back') && line.includes(`node=${name} `)), this.weir.log);
});

const post = (world, method) => request(world.weir.el, { method: 'POST', body: text(1, method), headers: jsonHeaders });
When('{int} calls of {word} are made while {string} is resumed after {int} ms', async function (count, method, name, ms) {
  const calls = Array.from({ length: count }, () => post(this, method));
  await pause(ms);
  this.node(name).resume();
  this.answers = await Promise.all(calls);
});
Then('both are answered', function () {
  for (const answer of this.answers) assert.equal(answer.status, 200, answer.text);
});
When('{int} calls of {word} are made one after the other, {int} at a time', async function (count, method, atOnce) {
  for (let made = 0; made < count; made += atOnce) {
    const answers = await Promise.all(Array.from({ length: atOnce }, () => post(this, method)));
    for (const answer of answers) assert.equal(answer.status, 200, answer.text);
  }
});
Then('{string} has seen {word} no more than {int} times', async function (name, method, most) {
  const { el } = await this.node(name).stats();
  assert.ok((el.by_method[method] ?? 0) <= most, JSON.stringify(el.by_method));
});
Then('the metric {word} is at least {int}', async function (name, least) {
  const seen = await this.weir.metric(name);
  assert.ok(seen >= least, `it is ${seen}`);
});
Then('the metric {word} with {} is no more than {int}', async function (name, labels, most) {
  const seen = await this.weir.metric(name, JSON.parse(labels));
  assert.ok(seen <= most, `it is ${seen}`);
});
When('a client opens {word} and hears nothing for {int} ms', async function (target, ms) {
  const stop = new AbortController();
  const stream = fetch(this.weir.cl + target, { signal: stop.signal }).catch(() => {});
  await pause(ms);
  stop.abort();
  await stream;
});
When(/^((?:\w+, )*\w+) (?:is|are) called (\d+) times( at once)?, whatever comes back$/, async function (list, times, atOnce) {
  const calls = [];
  for (let i = 0; i < Number(times); ++i) {
    for (const method of list.split(', ')) {
      const params = method === 'eth_getCode' ? ['0x0000000000000000000000000000000000000001', 'latest'] : [];
      const call = request(this.weir.el, { method: 'POST', body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), headers: jsonHeaders });
      if (atOnce) calls.push(call);
      else await call;
    }
  }
  await Promise.all(calls);
});
When('{int} calls of {word} are made at once', async function (count, method) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] });
  this.answers = await Promise.all(Array.from({ length: count }, () => request(this.weir.el, { method: 'POST', body, headers: jsonHeaders })));
});
Then('each of them is answered within {int} ms', function (most) {
  for (const answer of this.answers) {
    assert.equal(answer.status, 200, answer.text.slice(0, 200));
    assert.ok(answer.ms < most, `an answer took ${answer.ms} ms`);
  }
});
When('{word} is called {int} times, and each answer comes within {int} ms', async function (method, times, most) {
  for (let i = 0; i < times; ++i) {
    const answer = await request(this.weir.el, { method: 'POST', body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: ['0x0000000000000000000000000000000000000001', 'latest'] }), headers: jsonHeaders });
    assert.equal(answer.status, 200, answer.text.slice(0, 200));
    assert.ok(answer.ms < most, `answer ${i} took ${answer.ms} ms`);
  }
});
When('a client subscribes to newHeads', async function () {
  this.subscriber = await WsClient.connect(this.weir.ws);
  this.endings.push(() => this.subscriber.socket.terminate());
  await this.subscriber.call('eth_subscribe', ['newHeads']);
});
Then('its heads go on within {int} ms while only {string} grows', async function (most, name) {
  const heads = () => this.subscriber.messages.filter((message) => message.text.includes('eth_subscription')).length;
  const before = heads();
  const begun = performance.now();
  while (heads() < before + 2) {
    await this.node(name).advance(1);
    await pause(200);
    assert.ok(performance.now() - begun < most, `${heads() - before} heads after ${most} ms\n${this.weir.log}`);
  }
});
