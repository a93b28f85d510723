// WebSocket clients on weir, the nodes behind it, and what each client must have got.
import assert from 'node:assert/strict';
import { After, Given, Then, When } from '@cucumber/cucumber';
import { rpc } from '../support/anvil.js';
import { SimChain, tipOf } from '../support/simchain.js';
import { bare } from '../support/weir.js';
import { WsClient } from '../support/ws-client.js';
import { until, within } from '../support/wait.js';

const names = (text) => [...text.matchAll(/"([^"]+)"/g)].map((match) => match[1]);
const hexNumber = (number) => `0x${number.toString(16)}`;

// --- nodes and their chain

export async function simNodes(world, list, { blockTimeMs, tier = 'primary', options, entry, chain } = {}) {
  if (!world.simchain) {
    world.simchain = new SimChain({ blockTimeMs, ...chain });
    world.endings.push(() => world.simchain.kill());
    await world.simchain.start();
  }
  for (const name of list) {
    const node = await world.simchain.add(name, options);
    world.nodes.set(name, node);
    world.el[tier].push({ name, http_url: node.elUrl, ws_url: node.wsUrl, ...entry });
  }
}
Given(/^WebSocket nodes? ("[^:]*?")(?: with a block every (\d+) ms)?$/, function (list, ms) {
  return simNodes(this, names(list), { blockTimeMs: ms ? Number(ms) : 0 });
});
Given('a WebSocket backup {string}', function (name) {
  return simNodes(this, [name], { tier: 'backup' });
});
Given('{string} has no ws_url', function (name) {
  delete this.el.primary.find((node) => node.name === name).ws_url;
});
When(/^(\d+) blocks? comes?$/, async function (blocks) {
  for (let i = 0; i < Number(blocks); ++i) await this.simchain.advance();
});
When('{int} blocks come at once', function (blocks) {
  return this.simchain.advance(blocks);
});
When('the chain is reorganised {int} block(s) deep', function (depth) {
  return this.simchain.reorg(depth);
});
When(/^the WebSocket of "(\w+)" (?:has|gets) the fault (\w+)(?: (\{.*\}))?$/, function (name, kind, details) {
  return this.node(name).fault('ws', kind, details ? JSON.parse(details) : {});
});

// --- clients

export const immortal = (world) => (world.simchain ?? world.chain).immortal;
export function client(world, name) {
  const found = world.wsClients?.get(name);
  if (!found) throw new Error(`the scenario has no client ${name}`);
  return found;
}
export async function connect(world, name, options = {}) {
  const one = await WsClient.connect(world.weir.ws, { name, ...options });
  world.wsClients ??= new Map();
  world.wsClients.set(name, one);
  world.endings.push(() => one.socket.terminate());
  return one;
}
When('{string} connects', function (name) {
  return connect(this, name);
});
When('{string} connects and looks at every block number', async function (name) {
  (await connect(this, name)).strictHeads = true;
});
When('{int} WebSocket clients connect', async function (count) {
  this.crowd = [];
  for (let i = 0; i < count; i += 50) {
    const some = Array.from({ length: Math.min(50, count - i) }, (_, j) => connect(this, `client ${i + j}`));
    this.crowd.push(...(await Promise.all(some)));
  }
});
When('{string} leaves', function (name) {
  return client(this, name).close();
});
When('all clients leave', async function () {
  await Promise.all([...this.wsClients.values()].map((one) => one.close()));
});

// Whatever else a scenario looks at: nobody may see what is not his.
After(function () {
  const violations = [...(this.wsClients?.values() ?? [])].flatMap((one) => one.violations);
  assert.deepEqual(violations.slice(0, 20), []);
});

// --- subscriptions

async function oneContract(world) {
  const [log] = await rpc(immortal(world).elUrl, 'eth_getLogs', [{ fromBlock: '0x1', toBlock: 'latest' }]);
  return log.address;
}
export async function subscribe(world, name, kind, params = [], as = kind, space = 'eth') {
  const from = (await tipOf(immortal(world).elUrl)).number;
  const subscription = await client(world, name).subscribe(kind, params, space);
  Object.assign(subscription, { from, witnessed: world.simchain?.heads.feed.events.length ?? 0 });
  world.subscriptions ??= new Map();
  world.subscriptions.set(`${name} ${as}`, subscription);
  return subscription;
}
export function subscription(world, name, as) {
  const found = world.subscriptions?.get(`${name} ${as}`);
  if (!found) throw new Error(`${name} has no subscription ${as}`);
  return found;
}
When(/^"(\w+)" subscribes to (\w+)(?: with (.+?))?(?: as "([^"]+)")?$/, function (name, kind, params, as) {
  return subscribe(this, name, kind, params ? [JSON.parse(params)] : [], as ?? kind);
});
When(/^"(\w+)" subscribes to the logs of one contract(?: as "(\w+)")?$/, async function (name, as) {
  await subscribe(this, name, 'logs', [{ address: await oneContract(this) }], as ?? 'logs');
});
When(/^"(\w+)" subscribes to (\w+) of the namespace (\w+)$/, function (name, kind, space) {
  return subscribe(this, name, kind, [], kind, space);
});
When('all clients subscribe to {word}', async function (kind) {
  await Promise.all(this.crowd.map((one) => subscribe(this, one.name, kind)));
});
When('all clients subscribe to the logs of contracts of their own choice', async function () {
  const logs = await rpc(immortal(this).elUrl, 'eth_getLogs', [{ fromBlock: '0x1', toBlock: 'latest' }]);
  const addresses = [...new Set(logs.map(({ address }) => address))];
  const topics = [...new Set(logs.map((log) => log.topics[1]))];
  // Each another filter, so that none can share: an address, one of its senders, and a topic nobody has.
  await Promise.all(this.crowd.map((one, i) =>
    subscribe(this, one.name, 'logs', [{ address: addresses[i % addresses.length], topics: [null, [topics[i % topics.length], hexNumber(10n ** 60n + BigInt(i)).padEnd(66, '0')]] }])));
});
When(/^"(\w+)" unsubscribes from (\w+)$/, async function (name, as) {
  assert.equal(await client(this, name).unsubscribe(subscription(this, name, as)), true);
});

/** The logs that a filter lets through. */
function passes(filter, log) {
  const { address, topics } = filter ?? {};
  const fits = (wanted, value) => (wanted ?? []).length === 0 || [wanted].flat().some((one) => one.toLowerCase() === value);
  return fits(address, log.address) && (topics ?? []).length <= log.topics.length && (topics ?? []).every((wanted, i) => fits(wanted, log.topics[i]));
}
const keyOf = (log) => `${log.blockHash} ${log.logIndex}`;

/**
 * The blocks that the immortal node announced, in its order, without any that is not among them; left out
 * may only be those that a reorganisation took away before anybody could be told of them.
 */
function asTheWitness(witness, { feed, witnessed }, what) {
  const canonical = new Set(witness.branch.map(({ hash }) => hash));
  const told = feed.events.map(({ result }) => result.hash);
  let next = 0;
  for (const { result } of witness.events.slice(witnessed)) {
    if (told[next] === result.hash) next += 1;
    else assert.ok(!canonical.has(result.hash), `${what}: block ${Number(result.number)} ${result.hash} is missing in ${feed.numbers}`);
  }
  assert.equal(next, told.length, `${what}: ${feed.numbers} holds what was not announced or not in that order`);
}

async function complete(world, sub, ask) {
  const { elUrl } = immortal(world);
  const manual = world.simchain?.options.blockTimeMs === 0;
  const what = `${sub.client.name}: ${sub.kind}`;
  const { feed } = sub;
  if (sub.kind === 'newHeads') {
    const tip = await tipOf(elUrl);
    await until(`${what} up to block ${tip.number}`, () => {
      if (manual ? feed.tip?.hash === tip.hash : feed.tip?.number >= tip.number) return true;
      throw new Error(`its blocks are ${feed.numbers.slice(-20)}`);
    }, { within: 15_000 });
    if (manual) {
      asTheWitness(world.simchain.heads.feed, sub, what);
    }
    return;
  }
  const filter = sub.params[0] ?? {};
  const first = manual ? sub.from + 1 : feed.live.values().next().value?.block ?? sub.from + 1;
  const wanted = await ask('eth_getLogs', [{ ...filter, fromBlock: hexNumber(first), toBlock: 'latest' }]);
  const last = wanted.length > 0 ? Number(BigInt(wanted.at(-1).blockNumber)) : first;
  await until(`${what}: all ${wanted.length} of blocks ${first} to ${last}`, () => {
    const keys = new Set(feed.keys);
    const missing = wanted.filter((log) => !keys.has(keyOf(log)));
    // Too many of them: what a reorganisation took away has yet to be taken back.
    if (missing.length === 0 && (!manual || feed.keys.length === wanted.length)) return true;
    throw new Error(`missing ${missing.map((log) => `${Number(BigInt(log.blockNumber))}/${Number(BigInt(log.logIndex))}`)} of ${feed.keys.length}`);
  }, { within: 15_000 });
  if (manual) assert.deepEqual(feed.keys, wanted.map(keyOf), what);
  for (const { result } of feed.events) assert.ok(passes(filter, result), `${what}: ${JSON.stringify(result)} does not pass ${JSON.stringify(filter)}`);
}
export async function everything(world, clients) {
  const subs = clients.flatMap((one) => [...one.subscriptions.values()].filter(({ live, kind }) => live && (kind === 'newHeads' || kind === 'logs')));
  assert.ok(subs.length > 0, 'a subscription to heads or logs');
  // Asked once each: a thousand clients' worth of the same logs would keep this process from answering pings.
  const asked = new Map();
  const ask = (method, params) => {
    const key = JSON.stringify([method, params]);
    if (!asked.has(key)) asked.set(key, rpc(immortal(world).elUrl, method, params));
    return asked.get(key);
  };
  const outcomes = await Promise.allSettled(subs.map((sub) => complete(world, sub, ask)));
  const failed = outcomes.filter(({ reason }) => reason).map(({ reason }) => reason.message);
  assert.equal(failed.length, 0, failed.slice(0, 20).join('\n'));
  for (const one of clients) assert.ok(one.open, `${one.name} is closed: ${JSON.stringify(one.end)}`);
  assert.deepEqual(clients.flatMap(({ violations }) => violations).slice(0, 20), []);
}
Then('{string} has got everything, once and in order', function (name) {
  return everything(this, [client(this, name)]);
});
Then('every client has got everything, once and in order', function () {
  return everything(this, [...this.wsClients.values()].filter(({ subscriptions }) => subscriptions.size > 0));
});
Then('{string} was told of a reorganisation', function (name) {
  const feeds = [...client(this, name).subscriptions.values()].map(({ feed }) => feed);
  for (const feed of feeds) assert.ok(feed.reorganised > 0 || feed.removed > 0, 'no branch was left and no log removed');
});
Then('{string} has got no message at all', function (name) {
  assert.deepEqual(client(this, name).messages, []);
});
Then(/^"(\w+)" has got no more (?:events|messages) than before$/, function (name) {
  assert.equal(client(this, name).messages.length, client(this, name).counted);
});
Then('{string} has got {int} message(s) since', function (name, count) {
  assert.equal(client(this, name).messages.length - client(this, name).counted, count);
});
When(/^the messages of "(\w+)" are counted$/, function (name) {
  client(this, name).counted = client(this, name).messages.length;
});
Then('{string} has got an event of {word} since', async function (name, as) {
  const { feed } = subscription(this, name, as);
  const before = feed.events.length;
  await until(`an event of ${as}`, () => feed.events.length > before, { within: 10_000 });
});
Then('{string} is still connected', function (name) {
  assert.ok(client(this, name).open, JSON.stringify(client(this, name).end));
});
Then(/^"(\w+)" is closed with (\d+)( and a reason)?$/, async function (name, code, reason) {
  const end = await within(20_000, `the end of ${name}`, client(this, name).closed);
  assert.equal(end.code, Number(code), JSON.stringify(end));
  if (reason) assert.ok(end.reason.length > 0);
});
Then(/^the subscription ids (?:of all clients )?look like a node's and all differ$/, function () {
  const ids = [...this.wsClients.values()].flatMap(({ subscriptions }) => [...subscriptions.keys()]);
  assert.ok(ids.length > 1);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, bare ? /^0x[0-9a-f]{1,32}$/ : /^0x[0-9a-f]{32}$/); // geth trims zeros, weir's have 32
});
