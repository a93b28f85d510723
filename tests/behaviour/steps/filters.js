// eth_newFilter and its family, over HTTP and over WebSocket.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { rpc } from '../support/anvil.js';
import { post } from '../support/http.js';
import { until } from '../support/wait.js';
import { connect, immortal } from './ws.js';

const hexNumber = (number) => `0x${number.toString(16)}`;
let nextId = 1;

/** The whole answer, over that road. */
async function ask(world, road, method, params) {
  if (road === 'HTTP') return (await post(world.weir.el, JSON.stringify({ jsonrpc: '2.0', id: nextId++, method, params }))).json();
  const one = world.wsClients?.get('the filters') ?? (await connect(world, 'the filters'));
  return one.ask(method, params);
}
async function result(world, road, method, params) {
  const { result, error } = await ask(world, road, method, params);
  assert.equal(error, undefined, `${method}: ${JSON.stringify(error)}`);
  return result;
}
async function make(world, road, method, params = []) {
  const filter = { road, params, id: await result(world, road, method, params), from: (await world.simchain.tip()).number };
  assert.match(filter.id, /^0x[0-9a-f]{1,64}$/);
  return filter;
}
const changes = (world, filter) => result(world, filter.road, 'eth_getFilterChanges', [filter.id]);

When(/^a block filter is made over (HTTP|WebSocket)$/, async function (road) {
  this.filter = await make(this, road, 'eth_newBlockFilter');
});
When(/^(\d+) block filters are made over (HTTP|WebSocket)$/, async function (count, road) {
  this.filters = [];
  for (let i = 0; i < Number(count); ++i) this.filters.push(await make(this, road, 'eth_newBlockFilter'));
  assert.equal(new Set(this.filters.map(({ id }) => id)).size, Number(count));
});
When(/^a filter for the logs of one contract is made over (HTTP|WebSocket)$/, async function (road) {
  const [log] = await rpc(immortal(this).elUrl, 'eth_getLogs', [{ fromBlock: '0x1', toBlock: 'latest' }]);
  this.filter = await make(this, road, 'eth_newFilter', [{ address: log.address, fromBlock: '0x60' }]);
});
When(/^a filter for pending transactions is made over (HTTP|WebSocket)$/, async function (road) {
  this.filter = await make(this, road, 'eth_newPendingTransactionFilter');
});
When(/^the filter is used over (HTTP|WebSocket) from now on$/, function (road) {
  this.filter.road = road;
});

async function blocksSince(world, from) {
  const { number } = await world.simchain.tip();
  const hashes = [];
  for (let i = from + 1; i <= number; ++i) hashes.push((await rpc(immortal(world).elUrl, 'eth_getBlockByNumber', [hexNumber(i), false])).hash);
  return { hashes, number };
}
async function logsSince(world, { params, from }) {
  const { number } = await world.simchain.tip();
  return { number, logs: await rpc(immortal(world).elUrl, 'eth_getLogs', [{ ...params[0], fromBlock: hexNumber(from + 1), toBlock: 'latest' }]) };
}
// Told may be in several pieces: the node that answers may learn of a block a moment after the immortal one.
async function toldAll(world, filter, wanted, keyOf) {
  const told = [];
  await until('the filter has told all', async () => {
    told.push(...(await changes(world, filter)));
    if (told.length >= wanted.length) return true;
    throw new Error(`${told.length} of ${wanted.length}`);
  });
  assert.deepEqual(told.map(keyOf), wanted.map(keyOf));
}
Then('the filter has told each block once', async function () {
  const { hashes, number } = await blocksSince(this, this.filter.from);
  assert.ok(hashes.length > 0);
  await toldAll(this, this.filter, hashes, (hash) => hash);
  this.filter.from = number;
});
Then('the filter has told each log of it once', async function () {
  const { logs, number } = await logsSince(this, this.filter);
  assert.ok(logs.length > 0);
  await toldAll(this, this.filter, logs, ({ blockHash, logIndex, removed }) => `${blockHash} ${logIndex} ${removed}`);
  this.filter.from = number;
});
Then('each of the filters tells the {int} blocks', async function (count) {
  for (const filter of this.filters) {
    const { hashes, number } = await blocksSince(this, filter.from);
    assert.equal(hashes.length, count);
    await toldAll(this, filter, hashes, (hash) => hash);
    filter.from = number;
  }
});
Then('the filter tells nothing when nothing has come', async function () {
  assert.deepEqual(await changes(this, this.filter), []);
});
Then('the filter has not been forgotten', async function () {
  assert.ok(Array.isArray(await changes(this, this.filter)));
});
Then('the filter tells {int} new blocks that end with the tip', async function (count) {
  const told = [];
  const { hash } = await this.simchain.tip();
  await until('the tip', async () => {
    told.push(...(await changes(this, this.filter)));
    return told.at(-1) === hash;
  });
  assert.equal(told.length, count, String(told));
  assert.equal(new Set(told).size, count);
});
Then('eth_getFilterLogs gives all of its logs', async function () {
  const given = await result(this, this.filter.road, 'eth_getFilterLogs', [this.filter.id]);
  assert.deepEqual(given, await rpc(immortal(this).elUrl, 'eth_getLogs', this.filter.params));
});
const hashes = { '0x01': '0x5fe7f977e71dba2ea1a68e21057beebb9be2ac30c6410aa38d4f3fbe41dcffd2', '0x02': '0xf2ee15ea639b73fa3db9b34a245bdfa015c260c598b211bf05a1ecc4b3e3b4f2' };
Then(/^the filter tells of the transaction (0x\w+)$/, async function (raw) {
  let times = 0;
  await until('the transaction', async () => {
    times += (await changes(this, this.filter)).filter((hash) => hash === hashes[raw]).length;
    return times > 0;
  });
  assert.equal(times, 1);
});

Then(/^(\w+) of an unknown filter over (HTTP|WebSocket) is the error (-\d+) "(.*)"$/, async function (method, road, code, message) {
  const { error } = await ask(this, road, method, ['0x000000000000000000000000000000ff']);
  assert.deepEqual([error?.code, error?.message], [Number(code), message]);
});
Then(/^eth_uninstallFilter of an unknown filter over (HTTP|WebSocket) is false$/, async function (road) {
  assert.equal(await result(this, road, 'eth_uninstallFilter', ['0x000000000000000000000000000000ff']), false);
});
async function isGone(world, { road, id }) {
  const { error } = await ask(world, road, 'eth_getFilterChanges', [id]);
  assert.deepEqual([error?.code, error?.message], [-32000, 'filter not found']);
}
Then('the filter can be uninstalled once', async function () {
  const { road, id } = this.filter;
  assert.equal(await result(this, road, 'eth_uninstallFilter', [id]), true);
  assert.equal(await result(this, road, 'eth_uninstallFilter', [id]), false);
  await isGone(this, this.filter);
});
Then('the filter is not there any more', function () {
  return isGone(this, this.filter);
});
Then(/^a batch of eth_chainId and eth_getFilterChanges over (HTTP|WebSocket) tells (\d+) blocks$/, async function (road, count) {
  const calls = [['eth_chainId'], ['eth_getFilterChanges', [this.filter.id]]];
  const body = JSON.stringify(calls.map(([method, params = []], i) => ({ jsonrpc: '2.0', id: i, method, params })));
  const { hashes: wanted, number } = await blocksSince(this, this.filter.from);
  assert.equal(wanted.length, Number(count));
  const told = [];
  await until('the batches have told all', async () => {
    const answers = road === 'HTTP' ? (await post(this.weir.el, body)).json() : await this.wsClients.get('alice').batch(calls);
    assert.equal(answers[0].result, '0x1');
    assert.ok(Array.isArray(answers[1].result), JSON.stringify(answers[1]));
    told.push(...answers[1].result);
    if (told.length >= wanted.length) return true;
    throw new Error(`${told.length} of ${wanted.length}`);
  });
  assert.deepEqual(told, wanted);
  this.filter.from = number;
});
