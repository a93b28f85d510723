// Calls about blocks that weir told its clients of: by number, by hash, by the name of a head.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { post } from '../support/http.js';
import { pause, until, within } from '../support/wait.js';
import { client, subscription } from './ws.js';

const patience = 15_000;
const someone = '0x0000000000000000000000000000000000000001';
const hex = (number) => `0x${number.toString(16)}`;

async function overHttp(world, method, params) {
  const answer = await post(world.weir.el, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
  const { result, error } = answer.json();
  assert.ok(!error, `${method} ${JSON.stringify(params)}: ${answer.text}`);
  return result;
}
const overWebSocket = (world, name, method, params) => within(patience, `an answer to ${method}`, client(world, name).call(method, params));

async function nextHead(world, name) {
  const { feed } = subscription(world, name, 'newHeads');
  const before = feed.events.length;
  await until('the next block', () => feed.events.length > before, { within: 10_000, every: 1 });
  return feed.tip;
}

// --- a client that was told of a block, and nodes that are not there yet

// Each answers with the block it was answered at.
const asked = {
  call: (world, name) => overWebSocket(world, name, 'eth_getTransactionCount', [someone, 'latest']).then(Number),
  'call by number': (world, name, { number }) => overWebSocket(world, name, 'eth_getTransactionCount', [someone, hex(number)]).then(Number),
  'call by hash': (world, name, { hash }) => overWebSocket(world, name, 'eth_getTransactionCount', [someone, { blockHash: hash }]).then(Number),
  batch: async (world, name) => {
    const calls = ['eth_getTransactionCount', 'eth_getTransactionCount'].map((method) => [method, [someone, 'latest']]);
    const replies = await within(patience, 'the batch', client(world, name).batch(calls));
    for (const { error, text } of replies) assert.ok(!error, text);
    return Math.min(...replies.map(({ result }) => Number(result)));
  },
};
When(/^"(\w+)" makes an? (call|batch|call by number|call by hash) at each of the next (\d+) blocks$/, async function (name, form, blocks) {
  for (let i = 0; i < Number(blocks); ++i) {
    const head = await nextHead(this, name);
    const at = await asked[form](this, name, head);
    assert.ok(at >= head.number, `answered at ${at} after ${head.number} was told`);
  }
});
When(/^"(\w+)" asks for its filter's logs at each of the next (\d+) blocks$/, async function (name, blocks) {
  const filter = await overWebSocket(this, name, 'eth_newFilter', [{ fromBlock: '0x60' }]);
  for (let i = 0; i < Number(blocks); ++i) {
    const head = await nextHead(this, name);
    const logs = await overWebSocket(this, name, 'eth_getFilterLogs', [filter]);
    assert.ok(Number(logs.at(-1).blockNumber) >= head.number, `up to ${Number(logs.at(-1).blockNumber)} after ${head.number}`);
  }
});
When(/^"(\w+)" makes a call every (\d+) ms for (\d+) ms while "(\w+)" is rate limited$/, async function (name, every, ms, node) {
  await this.node(node).resetStats();
  await this.node(node).fault('http', 'http_status', { status: 429, body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"rate limited"}}', match: 'eth_getTransactionCount' });
  const end = performance.now() + Number(ms);
  const calls = [];
  while (performance.now() < end) {
    const floor = subscription(this, name, 'newHeads').feed.tip?.number ?? 0;
    calls.push(asked.call(this, name).then((at) => ({ at, floor }), (error) => ({ error: error.message })));
    await pause(Number(every));
  }
  this.outcomes = await within(patience, 'all answers', Promise.all(calls));
  await this.node(node).clear();
});
Then('none of at least {int} calls has failed or fallen back', function (least) {
  assert.ok(this.outcomes.length >= least, `${this.outcomes.length} calls`);
  const bad = this.outcomes.filter(({ error, at, floor }) => error || at < floor);
  assert.deepEqual(bad, []);
});

// --- heads by their names

const byName = {
  eth_getBlockByNumber: (tag) => ['eth_getBlockByNumber', [tag, false], (block) => block.number],
  'eth_getBlockByNumber with transactions': (tag) => ['eth_getBlockByNumber', [tag, true], (block) => block.number],
  eth_getHeaderByNumber: (tag) => ['eth_getHeaderByNumber', [tag], (header) => header.number],
  eth_getBlockReceipts: (tag) => ['eth_getBlockReceipts', [tag], (receipts) => receipts[0].blockNumber],
  eth_feeHistory: (tag) => ['eth_feeHistory', ['0x3', tag, []], (fees) => hex(Number(fees.oldestBlock) + fees.gasUsedRatio.length - 1)],
};
function heads(tag, methods) {
  return methods.split(', ').map((method) => ({ told: method, parts: byName[method](tag) }));
}
async function neverFalls(tag, methods, rounds, ask) {
  let told = 0;
  for (let i = 0; i < rounds; ++i) {
    for (const { told: name, parts: [method, params, number] } of heads(tag, methods)) {
      const now = Number(number(await ask(method, params)));
      assert.ok(now >= told, `${name} ${tag}: ${now} after ${told}`);
      told = now;
    }
  }
  return told;
}
Then(/^the (\w+) block that (.+) tells? over HTTP is (\d+), (\d+) times$/, async function (tag, methods, expected, times) {
  // Whichever node tells it first: from then on it is that, or more.
  await until('it is told', async () => Number((await overHttp(this, 'eth_getBlockByNumber', [tag, false])).number) === Number(expected));
  const told = await neverFalls(tag, methods, Number(times), (method, params) => overHttp(this, method, params));
  assert.equal(told, Number(expected));
});
Then(/^the (\w+) block that (.+) tells? "(\w+)" never falls, (\d+) times$/, async function (tag, methods, name, times) {
  await neverFalls(tag, methods, Number(times), (method, params) => overWebSocket(this, name, method, params));
});
When('{string} is told the {word} block', async function (name, tag) {
  this.told = Number((await overWebSocket(this, name, 'eth_getBlockByNumber', [tag, false])).number);
});
When('{string} is told the {word} block again, which is no lower', async function (name, tag) {
  const again = Number((await overWebSocket(this, name, 'eth_getBlockByNumber', [tag, false])).number);
  assert.ok(again >= this.told, `${again} after ${this.told}`);
});

Then('{string} is told that the {word} block is {int}, after {int} to {int} s', async function (name, tag, number, least, most) {
  const begun = performance.now();
  const { number: told } = await overWebSocket(this, name, 'eth_getBlockByNumber', [tag, false]);
  const seconds = (performance.now() - begun) / 1000;
  assert.equal(Number(told), number);
  assert.ok(seconds >= least && seconds <= most, `${seconds} s`);
});

// --- blocks by number and hash

const block = (world) => overHttp(world, 'eth_getBlockByNumber', [hex(world.blockNumber), false]);
const about = {
  'its logs': async (world) => overHttp(world, 'eth_getLogs', [{ fromBlock: hex(world.blockNumber), toBlock: hex(world.blockNumber) }]),
  'its logs and later ones': async (world) => overHttp(world, 'eth_getLogs', [{ fromBlock: hex(world.blockNumber), toBlock: 'latest' }]),
  'its logs by erigon_getLogs': async (world) => overHttp(world, 'erigon_getLogs', [{ fromBlock: '0x1', toBlock: hex(world.blockNumber) }]),
  'its logs by hash': async (world) => overHttp(world, 'eth_getLogs', [{ blockHash: world.blockHash }]),
  itself: block,
  'itself by hash': async (world) => overHttp(world, 'eth_getBlockByHash', [world.blockHash, false]),
  'its receipts': async (world) => overHttp(world, 'eth_getBlockReceipts', [hex(world.blockNumber)]),
  'its receipts by hash': async (world) => overHttp(world, 'eth_getBlockReceipts', [world.blockHash]),
  'a balance at it': async (world) => overHttp(world, 'eth_getBalance', [someone, hex(world.blockNumber)]),
  'a balance at its hash': async (world) => overHttp(world, 'eth_getBalance', [someone, { blockHash: world.blockHash }]),
};
When('the receipt of a transaction in the last block of {string} is found', async function (name) {
  const node = this.node(name);
  const { number, transactions, hash } = (await post(node.elUrl, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_getBlockByNumber', params: ['latest', false] }))).json().result;
  await until('the receipt', async () => (await overHttp(this, 'eth_getTransactionReceipt', [transactions[0]]))?.blockNumber === number);
  this.blockNumber = Number(number);
  this.blockHash = hash;
});
Then(/^(?:a client gets )?(.+), asked for over HTTP (\d+) times, (?:is|are) never empty$/, async function (what, times) {
  for (let i = 0; i < Number(times); ++i) {
    const result = await about[what](this);
    assert.ok(result !== null && result.length !== 0, `${what}, time ${i + 1}: ${JSON.stringify(result)}`);
    if (what.startsWith('its logs')) assert.equal(Number(result.at(-1).blockNumber), this.blockNumber);
  }
});
When('{string} looks at each of {int} new blocks by its hash', async function (name, blocks) {
  for (let i = 0; i < blocks; ++i) {
    const { hash } = await nextHead(this, name);
    for (const [method, params] of [['eth_getLogs', [{ blockHash: hash }]], ['eth_getBlockByHash', [hash, false]], ['eth_getBlockReceipts', [hash]]]) {
      // By WebSocket, and by the HTTP connection that any program has beside it.
      for (const result of [await overWebSocket(this, name, method, params), await overHttp(this, method, params)])
        assert.ok(result !== null && result.length !== 0, `${method} ${JSON.stringify(params)}: ${JSON.stringify(result)}`);
    }
  }
});
Then('a batch about the block, an old one and one that nobody has is answered for each by itself', async function () {
  const calls = [hex(this.blockNumber), '0x5', '0xfffffff'].map((number, id) => ({ jsonrpc: '2.0', id, method: 'eth_getBlockByNumber', params: [number, false] }));
  const answer = await post(this.weir.el, JSON.stringify(calls));
  assert.deepEqual(answer.json().map(({ id, result }) => [id, result && Number(result.number)]), [[0, this.blockNumber], [1, 5], [2, null]]);
});

When('{string} has seen the tip', async function (name) {
  const { number } = await this.simchain.tip();
  await until(`${name} has seen block ${number}`, () => subscription(this, name, 'newHeads').feed.tip?.number === number, { every: 1 });
});
When('both nodes are at the tip', async function () {
  const { number } = await this.simchain.tip();
  await until('both are there', async () => (await this.weir.status()).el_nodes.every((node) => node.head === number || node.block_number === number));
});
When(/^the balance at the tip is asked for over (HTTP|WebSocket)$/, async function (over) {
  const { number } = await this.simchain.tip();
  const params = [someone, hex(number)];
  this.balance = over === 'HTTP' ? await overHttp(this, 'eth_getBalance', params) : await overWebSocket(this, 'alice', 'eth_getBalance', params);
});
Then('it is answered', function () {
  assert.match(this.balance, /^0x1[0-9a-f]{15}$/);
});
Then('the reply took less than {int} ms', function (ms) {
  const took = this.reply.at - this.reply.call.at;
  assert.ok(took < ms, `${took} ms`);
});
When('{string} comes to its block after {int} ms', function (name, ms) {
  setTimeout(() => this.node(name).clear(), ms);
});
