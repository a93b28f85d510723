// Calls over WebSocket: sent, in flight, answered.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { rpc } from '../support/anvil.js';
import { post } from '../support/http.js';
import { bare } from '../support/weir.js';
import { until, within } from '../support/wait.js';
import { client, immortal, subscription } from './ws.js';

const patience = 20_000;
const address = (number) => `0x${number.toString(16).padStart(40, '0')}`;
const balanceAt = (number) => ['eth_getBalance', [address(number), '0x64']]; // another answer for each number, the same on all nodes

When(/^"(\w+)" calls (\w+_\w+)(?: with (.*))?$/, async function (name, method, params) {
  this.reply = await within(patience, `an answer to ${method}`, client(this, name).ask(method, params ? JSON.parse(params) : []));
});
When(/^"(\w+)" sends the text (.*)$/, async function (name, text) {
  this.reply = await within(patience, `an answer to ${text}`, client(this, name).sendText(text));
});
Then('the reply has the result {}', function (result) {
  assert.deepEqual(this.reply.result, JSON.parse(result), this.reply.text);
});
Then('the reply has the error {int}', function (code) {
  assert.equal(this.reply.error?.code, code, this.reply.text);
});
Then('the reply has the error {int} {string}', function (code, message) {
  assert.deepEqual([this.reply.error?.code, this.reply.error?.message], [code, message], this.reply.text);
});
Then("the reply's id is written {}", function (id) {
  assert.equal(this.reply.raw.id, id, this.reply.text);
});

When(/^"(\w+)" asks (?:(\d+) times )?for the logs of (\d+) contracts$/, async function (name, times, contracts) {
  const address = Array.from({ length: Number(contracts) }, (_, i) => `0x${(i + 1).toString(16).padStart(40, '0')}`);
  this.replies = [];
  for (let i = 0; i < Number(times ?? 1); ++i) {
    this.reply = await within(patience, 'an answer', client(this, name).ask('eth_subscribe', ['logs', { address }]));
    this.replies.push(this.reply);
  }
});
Then('all of them are subscriptions', function () {
  for (const { result, text } of this.replies) assert.match(result ?? '', /^0x[0-9a-f]{32}$/, text);
});

/** Promises of answers by name. */
function keep(world, name, answer) {
  world.calls ??= new Map();
  const entry = { answer, done: false };
  answer.then(() => (entry.done = true), () => {});
  world.calls.set(name, entry);
}
const kept = (world, name) => {
  const entry = world.calls.get(name);
  if (!entry) throw new Error(`no call ${name}`);
  return entry;
};
When(/^"(\w+)" sends (\w+_\w+)(?: with (\[.*\]))? as "([^"]+)"$/, function (name, method, params, as) {
  keep(this, as, client(this, name).ask(method, params ? JSON.parse(params) : []));
});
When(/^"(\w+)" sends (\{.*\}) as "([^"]+)"$/, function (name, text, as) {
  keep(this, as, client(this, name).sendText(text));
});
Then('{string} is answered with the result {}', async function (name, result) {
  const reply = await within(patience, `an answer to ${name}`, kept(this, name).answer);
  assert.deepEqual(reply.result, JSON.parse(result), reply.text);
});
Then('{string} is answered with a string of {int} MB', async function (name, megabytes) {
  const { result, text } = await within(patience, `an answer to ${name}`, kept(this, name).answer);
  assert.ok(result?.length >= megabytes * 1e6, text.slice(0, 200));
});
Then('{string} is answered with the error {int}', async function (name, code) {
  this.reply = await within(patience, `an answer to ${name}`, kept(this, name).answer);
  assert.equal(this.reply.error?.code, code, this.reply.text);
});
Then('{string} is answered with a subscription', async function (name) {
  const reply = await within(patience, `an answer to ${name}`, kept(this, name).answer);
  assert.match(reply.result ?? '', /^0x[0-9a-f]+$/, reply.text);
});
When('the call {word} has perhaps reached {string}', async function (method, node) {
  if (!bare) await until(`${method} at ${node}`, async () => ((await this.node(node).stats()).el.by_method[method] ?? 0) >= 1);
});
Then('{string} has got the last {int} blocks and their logs', async function (name, count) {
  const [heads, logs] = ['newHeads', 'logs'].map((kind) => [...client(this, name).subscriptions.values()].find((one) => one.kind === kind).feed);
  const { number } = await this.simchain.tip();
  const wanted = await rpc(immortal(this).elUrl, 'eth_getLogs', [{ fromBlock: `0x${(number - count + 1).toString(16)}`, toBlock: 'latest' }]);
  await until('the blocks and logs', () => heads.tip?.number === number && logs.keys.length >= wanted.length);
  assert.deepEqual(heads.numbers.slice(-count), Array.from({ length: count }, (_, i) => number - count + 1 + i));
  assert.deepEqual(logs.keys.slice(-wanted.length), wanted.map((log) => `${log.blockHash} ${log.logIndex}`));
});
Then('{string} is not answered yet', function (name) {
  assert.equal(kept(this, name).done, false);
});
Then('the answer to {string} came before the answer to {string}', async function (first, second) {
  const [one, other] = [await kept(this, first).answer, await kept(this, second).answer];
  assert.ok(one.at < other.at, `${one.at} and ${other.at}`);
});

// Reads that all differ: an answer that went to another question would not pass.
When(/^"(\w+)" sends (\d+) different reads(?: as "([^"]+)")?$/, function (name, count, as) {
  this.reads ??= new Map();
  const begun = (this.readsBegun ??= 0);
  this.readsBegun += Number(count);
  const numbers = Array.from({ length: Number(count) }, (_, i) => begun + i);
  this.reads.set(as ?? name, numbers.map((number) => ({ number, answer: client(this, name).ask(...balanceAt(number)) })));
});
When('each of {string} sends {int} different reads with the ids from 1 on', function (list, count) {
  this.reads ??= new Map();
  for (const [n, name] of list.split(', ').entries()) {
    this.reads.set(name, Array.from({ length: count }, (_, i) => {
      const number = 1000 * (n + 1) + i;
      const [method, params] = balanceAt(number);
      return { number, answer: client(this, name).ask(method, params, i + 1) };
    }));
  }
});
Then('each read of {string} has its own answer', async function (list) {
  for (const name of list.split(', ')) {
    const reads = this.reads.get(name);
    assert.ok(reads?.length > 0, `reads of ${name}`);
    for (const { number, answer } of reads) {
      const reply = await within(patience, `an answer to read ${number}`, answer);
      assert.equal(reply.result, await rpc(immortal(this).elUrl, ...balanceAt(number)), reply.text);
    }
  }
});
Then('{int} reads of {string} are still waiting', function (count, name) {
  assert.equal(client(this, name).unanswered.length, count);
});
Then('all {int} reads of {string} have reached {string}', async function (count, _, node) {
  await until(`${count} reads at ${node}`, async () => {
    const { el } = await this.node(node).stats();
    return (el.by_method.eth_getBalance ?? 0) >= count;
  });
});
Then('the call {word} has reached {string}', async function (method, node) {
  await until(`${method} at ${node}`, async () => ((await this.node(node).stats()).el.by_method[method] ?? 0) >= 1);
});

When('{string} sends {int} different reads with the id {int} each', function (name, count, id) {
  const answers = Array.from({ length: count }, (_, number) => client(this, name).ask(...balanceAt(number), id));
  this.sameId = { count, answers };
});
Then('the answers to the id {int} are those to the reads, one each', async function (id) {
  const { count, answers } = this.sameId;
  const replies = await within(patience, 'all answers', Promise.all(answers));
  const wanted = await Promise.all(Array.from({ length: count }, (_, number) => rpc(immortal(this).elUrl, ...balanceAt(number))));
  assert.deepEqual(replies.map(({ result }) => result).sort(), wanted.sort());
  for (const { raw } of replies) assert.equal(raw.id, String(id));
});

// --- batches
When('{string} sends a batch of', function (name, table) {
  const calls = table.raw().map(([method, params]) => [method, params ? JSON.parse(params) : []]);
  keep(this, 'the batch', client(this, name).batch(calls));
});
Then('the batch is one array with the answers {}', async function (expected) {
  const replies = await within(patience, 'the batch', kept(this, 'the batch').answer);
  const seen = replies.map(({ result, error }) => (error ? error.code : /^0x[0-9a-f]{16,32}$/.test(result) ? 'id' : result));
  assert.deepEqual(seen, JSON.parse(expected));
});
When("{string} keeps the batch's {int}st/nd answer as the subscription {string}", async function (name, index, as) {
  const replies = await kept(this, 'the batch').answer;
  const one = client(this, name).subscriptions.get(replies[index - 1].result);
  Object.assign(one, { from: (await this.simchain.tip()).number, witnessed: this.simchain.heads.feed.events.length });
  this.subscriptions ??= new Map();
  this.subscriptions.set(`${name} ${as}`, one);
});

// --- eth_unsubscribe
When(/^"(\w+)" unsubscribes from the id (\S+)$/, async function (name, id) {
  this.reply = await client(this, name).ask('eth_unsubscribe', [id]);
});
When(/^"(\w+)" unsubscribes from the id of (\w+) of "(\w+)"$/, async function (name, as, owner) {
  this.reply = await client(this, name).ask('eth_unsubscribe', [this.subscriptions.get(`${owner} ${as}`).id]);
});
When(/^"(\w+)" subscribes (\d+) times to (\w+) and unsubscribes each time$/, async function (name, times, kind) {
  const one = client(this, name);
  for (let i = 0; i < Number(times); ++i) assert.equal(await one.unsubscribe(await one.subscribe(kind)), true);
});

// --- answers to what is no request
Then('ticks come to {string}, in order and none twice', async function (name) {
  const { feed } = subscription(this, name, 'ticks');
  const before = feed.events.length;
  await until('more ticks', async () => {
    await this.simchain.advance();
    return feed.events.length >= before + 2;
  }, { every: 50 });
  const ticks = feed.events.map(({ result }) => Number(BigInt(result.tick)));
  for (let i = 1; i < ticks.length; ++i) assert.ok(ticks[i] > ticks[i - 1], String(ticks));
});
When(/^"(\w+)" sends, though it is no request, (.*)$/, async function (name, text) {
  const one = client(this, name);
  one.expectsStrangers = true;
  const before = one.strangers?.length ?? 0;
  one.socket.send(text);
  await until('an answer', () => (one.strangers?.length ?? 0) > before);
  this.reply = { ...one.strangers.at(-1), text: JSON.stringify(one.strangers.at(-1)), raw: { id: 'null' } };
});
When(/^"(\w+)" sends, wanting no answer, (.*)$/, function (name, text) {
  client(this, name).socket.send(text);
});
Then('{string} has got {int} message(s) in all', function (name, count) {
  assert.equal(client(this, name).messages.length, count);
});
Then("the reply's error is the node's own", async function () {
  const own = (await post(immortal(this).elUrl, '{}')).json(); // the node answers at all
  assert.ok(own.error);
  const { params, method } = this.reply.call;
  const witness = await this.simchain.witness.ask(method, params);
  assert.ok(witness.error);
  assert.deepEqual(this.reply.error, witness.error);
});
