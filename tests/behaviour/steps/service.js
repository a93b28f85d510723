// What clients notice while nodes come and go, weir is reloaded, or weir itself is stopped: nothing.
import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { Traffic } from '../support/traffic.js';
import { post, request } from '../support/http.js';
import { pause, until } from '../support/wait.js';

const names = (text) => [...text.matchAll(/"([^"]+)"/g)].map((match) => match[1]);

// --- calls all the while

function elCall(world) {
  return ['eth_getBalance', async () => {
    const answer = await post(world.weir.el, '{"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":["0x0000000000000000000000000000000000000001","latest"]}');
    if (answer.status !== 200 || answer.json().result === undefined) throw new Error(`${answer.status} ${answer.text}`);
  }];
}
function clCall(world) {
  return ['headers', async () => {
    const answer = await request(world.weir.url, { path: '/cl/eth/v1/beacon/headers/head' });
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  }];
}
async function allTheWhile(world, call, perSecond) {
  world.traffic = new Traffic([call(world)], perSecond).start();
  world.endings.push(() => world.traffic.stop());
}
When('{int} calls per second go out', function (perSecond) {
  return allTheWhile(this, elCall, perSecond);
});
When('{int} Beacon reads per second go out', function (perSecond) {
  return allTheWhile(this, clCall, perSecond);
});
Then('of at least {int} calls none has failed', async function (least) {
  const { answers, failed } = await this.traffic.stop();
  assert.deepEqual(failed.slice(0, 5).map(({ error }) => error.message), [], `${failed.length} of ${answers.length} failed`);
  assert.ok(answers.length >= least, `${answers.length} calls`);
});

// --- nodes that come and go

async function away(node) {
  await node.fault('both', 'refuse');
  await node.dropSockets('both');
}
When(/^(".*") are away in turn for (\d+) ms with (\d+) ms between, (\d+) times each$/, async function (list, ms, between, times) {
  for (let i = 0; i < Number(times); ++i) {
    for (const name of names(list)) {
      await away(this.node(name));
      await pause(Number(ms));
      await this.node(name).clear();
      await pause(Number(between));
    }
  }
});
When(/^(".*") are restarted one after the other, each waited for until its port is open, (\d+) times$/, async function (list, times) {
  for (let i = 0; i < Number(times); ++i) {
    for (const name of names(list)) {
      await away(this.node(name));
      await pause(200);
      await this.node(name).clear(); // it listens again when this returns
    }
  }
});
When(/^"(\w+)" goes away$/, function (name) {
  return away(this.node(name));
});
Then('{string} is held back because of {string}', function (name, reason) {
  return this.weir.seesNode(name, `is held back because of "${reason}"`, (node) => node.is_held_back && !node.is_healthy && node.reason.includes(reason));
});
Then('{string} is fit with the note {string}', function (name, note) {
  return this.weir.seesNode(name, `has the note "${note}"`, (node) => node.is_healthy && node.note === note);
});
Then(/^the log says "([^"]+)" (\d+) times?$/, async function (text, times) {
  await until(`the log says it`, () => this.weir.log.includes(text));
  assert.equal(this.weir.logLines.filter((line) => line.includes(text)).length, Number(times), this.weir.log);
});
Then(/^the log matches (\/.*\/)$/, async function (pattern) {
  const matches = new RegExp(pattern.slice(1, -1));
  await until(`the log matches ${pattern}`, () => matches.test(this.weir.log));
});
Then('the log does not say {string}', function (text) {
  assert.ok(!this.weir.log.includes(text), this.weir.log);
});
Then('no node became unfit', function () {
  assert.deepEqual(this.weir.logLines.filter((line) => line.includes('became unfit') || line.includes('held back')), []);
});

// --- reloads

function reload(world) {
  world.weir.write(world.wholeConfig());
  world.weir.process.signal('SIGHUP');
}
const reloads = (world) => world.weir.logLines.filter((line) => line.includes('configuration reloaded')).length;
async function reloadAndWait(world) {
  const before = reloads(world);
  reload(world);
  await until('the reload takes effect', () => reloads(world) > before, { within: 10_000, every: 5 });
}
const changes = {
  header: (entry, i) => { entry.headers = { 'X-Turn': String(i) }; },
  path: (entry, i, node) => { entry.http_url = `${node.elUrl}/turn/${i % 7}`; },
  name: (entry, i) => { entry.name = `turn ${i}`; },
};
When(/^the (header|path|name) of "(\w+)" changes by SIGHUP (\d+) times(, without a wait)?$/, { timeout: 120_000 }, async function (what, name, times, hurry) {
  const [entry] = this.el.primary.filter((one) => one.name === name);
  for (let i = 1; i <= Number(times); ++i) {
    changes[what](entry, i, this.node(name));
    if (hurry) {
      reload(this);
      await pause(20);
    } else {
      await reloadAndWait(this);
      await pause(10); // some calls begin under each configuration
    }
  }
  if (hurry) await reloadAndWait(this);
});
When('weir is reloaded with {string} at the place of {string}', async function (other, name) {
  const [entry] = this.el.primary.filter((one) => one.name === name);
  entry.http_url = this.node(other).elUrl;
  reload(this);
});
When('weir is reloaded with {string} where nothing listens', async function (name) {
  const [entry] = this.el.primary.filter((one) => one.name === name);
  entry.http_url = 'http://127.0.0.1:1';
  const files = () => this.weir.logLines.filter((line) => line.includes('nodes are checked')).length;
  const before = files();
  reload(this);
  await until('the file is read', () => files() > before);
});
Then('{string} has got calls since', async function (name) {
  const calls = async () => (await this.node(name).stats()).el.by_method.eth_syncing ?? 0;
  const before = await calls();
  await until(`calls at ${name}`, async () => (await calls()) > before);
});

// --- weir itself is stopped

When('weir is stopped for {int} ms while all nodes advance by {int} blocks', async function (ms, blocks) {
  this.weir.process.signal('SIGSTOP');
  await pause(ms / 2);
  await Promise.all([...this.nodes.values()].map((node) => node.advance(blocks)));
  await pause(ms / 2);
  this.weir.process.signal('SIGCONT');
});
When('weir is stopped for {int} ms while the chain goes on', async function (ms) {
  this.weir.process.signal('SIGSTOP');
  await pause(ms);
  this.weir.process.signal('SIGCONT');
});
Given(/^(beacon|primary) nodes (".*") whose chain goes on every (\d+) ms$/, async function (layer, list, ms) {
  const genesisTime = Math.floor(Date.now() / 1000) - 60;
  for (const name of names(list)) {
    const node = await this.addSimnode(name, { blockTimeMs: Number(ms), genesisTime });
    if (layer === 'beacon') this.cl.push({ name, url: node.clUrl });
    else this.el.primary.push({ name, http_url: node.elUrl, ws_url: node.wsUrl });
  }
});
When('{int} calls of eth_gasPrice are under way and weir is stopped for {int} ms', async function (count, ms) {
  const calls = Array.from({ length: count }, () => post(this.weir.el, '{"jsonrpc":"2.0","id":1,"method":"eth_gasPrice"}').catch(() => {}));
  await until('they are under way', async () => (await this.weir.node('a')).in_flight === count, { every: 5 });
  this.weir.process.signal('SIGSTOP');
  await pause(ms);
  this.weir.process.signal('SIGCONT');
  await Promise.all(calls);
});
Then('of at least {int} calls none has failed until the log says {string}', async function (least, text) {
  await until(`the log says "${text}"`, () => this.weir.log.includes(text));
  const said = performance.now();
  const { answers, failed } = await this.traffic.stop();
  // The line is read a moment after it was written.
  const before = ({ ended }) => ended < said - 200;
  assert.deepEqual(failed.filter(before).map(({ error }) => error.message), []);
  assert.ok(answers.filter(before).length >= least, `${answers.length} calls`);
});
When('{string} falls and returns {int} times', async function (name, times) {
  for (let i = 0; i < times; ++i) {
    await away(this.node(name));
    await this.weir.seesNode(name, 'is unfit', (node) => !node.is_healthy && !node.is_held_back);
    const checks = () => this.weir.metric('el_health_check_duration_seconds_count', { node: name });
    this.checksBefore = await checks();
    await this.node(name).clear();
    await this.weir.seesNode(name, 'is fit', (node) => node.is_healthy);
    this.checksNeeded = (await checks()) - this.checksBefore;
  }
});
Then('its last return took no more than {int} checks', function (most) {
  assert.ok(this.checksNeeded <= most, `${this.checksNeeded}`);
});
Then('weir says that it is ready', async function () {
  assert.equal((await this.weir.get('/ready')).status, 200);
});
