// Real clients (viem, ethers) and real execution nodes (anvil).
import assert from 'node:assert/strict';
import { AfterAll, Given, Then, When } from '@cucumber/cucumber';
import { JsonRpcProvider } from 'ethers';
import { createPublicClient, createWalletClient, http, parseEther } from 'viem';
import { Chain, account, contractAddress, recipient, rpc, viemChain } from '../support/anvil.js';
import { revertData, revertReason } from '../support/contract.js';
import { jsonHeaders, post, request } from '../support/http.js';
import { Pipe } from '../support/pipe.js';

const names = (text) => [...text.matchAll(/"([^"]+)"/g)].map((match) => match[1]);

// Scenarios that only read share one chain of two anvils.
let shared;
AfterAll(() => shared?.kill());

function use(world, chain, list, tier) {
  for (const name of list) {
    const anvil = chain.get(name);
    world.nodes.set(name, anvil);
    world.el[tier].push({ name, http_url: anvil.elUrl });
  }
  world.direct = chain.get(list[0]);
}
Given('real execution nodes that all scenarios may read, {string} and {string}', async function (first, second) {
  shared ??= await Chain.start([first, second]);
  use(this, shared, [first, second], 'primary');
});
Given(/^real execution nodes of this scenario alone, (".*")$/, async function (list) {
  this.chain = await Chain.start(names(list));
  this.endings.push(() => this.chain.kill());
  use(this, this.chain, names(list), 'primary');
});
Given(/^real execution nodes, primaries (".*"), backups (".*"), with a block every (\d+) ms$/, { timeout: 120_000 }, async function (primaries, backups, ms) {
  this.chain = await Chain.start([...names(primaries), ...names(backups)]);
  this.endings.push(() => this.chain.kill());
  use(this, this.chain, names(primaries), 'primary');
  use(this, this.chain, names(backups), 'backup');
  this.chain.startMining(Number(ms));
});
Given("{string} is reached through a pipe that loses the answers to {word}", async function (name, method) {
  const pipe = await Pipe.start(this.node(name).port);
  this.endings.push(() => pipe.kill());
  pipe.loseAnswersTo(method);
  this.pipe = pipe;
  this.el.primary.find((node) => node.name === name).http_url = pipe.elUrl;
});
Given('{string} is the same node, reached directly', function (name) {
  this.el.primary.push({ name, http_url: this.direct.elUrl });
});

const viem = (url) => createPublicClient({ chain: viemChain, cacheTime: 0, transport: http(url, { retryCount: 0, timeout: 20_000 }) });
const plain = (value) => JSON.parse(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}n` : item)));

const viemReads = {
  getBlockNumber: (client) => client.getBlockNumber(),
  getChainId: (client) => client.getChainId(),
  getBlock: (client) => client.getBlock({ blockNumber: 3n, includeTransactions: true }),
  getBalance: (client) => client.getBalance({ address: recipient }),
  getTransactionCount: (client) => client.getTransactionCount({ address: account.address }),
  getCode: (client) => client.getCode({ address: contractAddress }),
  call: (client) => client.call({ to: contractAddress }),
  estimateGas: (client) => client.estimateGas({ account: account.address, to: recipient, value: 1n }),
  getLogs: (client) => client.getLogs({ address: contractAddress, fromBlock: 0n, toBlock: 4n }),
  getTransactionReceipt: async (client) => {
    const { transactions } = await client.getBlock({ blockNumber: 2n });
    return client.getTransactionReceipt({ hash: transactions[0] });
  },
  getStorageAt: (client) => client.getStorageAt({ address: contractAddress, slot: '0x0' }),
  getFeeHistory: (client) => client.getFeeHistory({ blockCount: 2, rewardPercentiles: [50] }),
};
const ethersReads = {
  getBlockNumber: (provider) => provider.getBlockNumber(),
  getBlock: async (provider) => (await provider.getBlock(3, true)).toJSON(),
  getBalance: (provider) => provider.getBalance(recipient),
  getTransactionCount: (provider) => provider.getTransactionCount(account.address),
  call: (provider) => provider.call({ to: contractAddress }),
  getLogs: async (provider) => (await provider.getLogs({ address: contractAddress, fromBlock: 0, toBlock: 4 })).map((log) => log.toJSON()),
  getTransactionReceipt: async (provider) => (await provider.getTransactionReceipt((await provider.getBlock(2)).transactions[0])).toJSON(),
  send: (provider) => provider.send('web3_clientVersion', []),
};
async function compare(reads, name, throughWeir, direct) {
  const answers = plain([await reads[name](throughWeir), await reads[name](direct)]);
  assert.deepEqual(answers[0], answers[1]);
  assert.notEqual(answers[0], undefined);
}
Then('viem reads the same through weir as from the node: {word}', function (name) {
  return compare(viemReads, name, viem(this.weir.el), viem(this.direct.elUrl));
});
Then('ethers reads the same through weir as from the node: {word}', async function (name) {
  // As a provider with its own batching, of up to a hundred calls in 10 ms.
  const providers = [this.weir.el, this.direct.elUrl].map((url) => new JsonRpcProvider(url, viemChain.id, { staticNetwork: true }));
  try {
    await compare(ethersReads, name, ...providers);
  } finally {
    for (const provider of providers) provider.destroy();
  }
});
Then('a batch of {int} reads with viem gives what the node gives one by one', async function (count) {
  const batching = createPublicClient({ chain: viemChain, transport: http(this.weir.el, { retryCount: 0, batch: { batchSize: count, wait: 20 } }) });
  const direct = viem(this.direct.elUrl);
  const reads = Array.from({ length: count }, (_, i) => ({ address: i % 2 ? recipient : account.address, blockNumber: BigInt(i % 5) }));
  const answers = await Promise.all(reads.map((read) => batching.getBalance(read)));
  for (const [i, read] of reads.entries()) assert.equal(answers[i], await direct.getBalance(read));
  assert.equal(await this.weir.metric('el_batches_total'), 1);
});
Then('a call that reverts gives viem the reason and the data of the contract', async function () {
  const error = await viem(this.weir.el).call({ to: contractAddress, data: '0x01' }).then(() => assert.fail('it did not revert'), (thrown) => thrown);
  const raw = error.walk((cause) => cause.data !== undefined);
  assert.equal(raw.data?.data ?? raw.data, revertData);
  assert.ok(error.message.includes(revertReason), error.message);
});
Then('the text of a revert is byte for byte what the node says', async function () {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [{ to: contractAddress, data: '0x01' }, 'latest'] });
  const [mine, own] = [await post(this.weir.el, body), await post(this.direct.elUrl, body)];
  assert.deepEqual([mine.status, mine.text], [own.status, own.text]);
  assert.ok(own.text.includes(revertData));
});
Then('the answer to {} is byte for byte what the node says', async function (body) {
  const [mine, own] = [await post(this.weir.el, body), await post(this.direct.elUrl, body)];
  assert.deepEqual([mine.status, mine.header('content-type'), mine.text], [own.status, own.header('content-type'), own.text]);
});

When('a signed transfer is sent with viem', async function () {
  const raw = await this.chain.sign({ to: recipient, value: parseEther('0.5'), gas: 21000n });
  const client = createWalletClient({ chain: viemChain, transport: http(this.weir.el, { retryCount: 0 }) });
  this.hash = await client.sendRawTransaction({ serializedTransaction: raw });
});
Then('its hash was the answer and {string} has it once in its pool', async function (name) {
  const { pending } = await rpc(this.node(name).elUrl, 'txpool_content');
  const hashes = Object.values(pending).flatMap((byNonce) => Object.values(byNonce).map((transaction) => transaction.hash));
  assert.deepEqual(hashes, [this.hash]);
});
When('eth_sendTransaction is called', async function () {
  const params = [{ from: account.address, to: recipient, value: '0x1', gas: '0x5208' }];
  this.answer = await post(this.weir.el, JSON.stringify({ jsonrpc: '2.0', id: 'once', method: 'eth_sendTransaction', params }));
});
Then('{string} has {int} transaction(s) in its pool', async function (name, count) {
  const { pending } = await rpc(this.node(name).elUrl, 'txpool_status');
  assert.equal(Number(pending), count);
});
Then('{int} answer(s) got lost', function (count) {
  assert.equal(this.pipe.cuts, count);
});

When(/^I post (\{.*\}) in (\d+) chunks$/, async function (body, count) {
  const size = Math.ceil(body.length / Number(count));
  const chunks = body.match(new RegExp(`.{1,${size}}`, 'g'));
  const { RawClient } = await import('../support/raw.js');
  const client = await RawClient.connect(this.weir.port);
  this.endings.push(() => client.close());
  client.send('POST /el HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
  for (const chunk of chunks) client.send(`${chunk.length.toString(16)};x=y\r\n${chunk}\r\n`);
  client.send('0\r\nX-Trailer: 1\r\n\r\n');
  this.answer = await client.answer();
  this.raw = client;
});
When('I post {} with the headers', async function (body, table) {
  this.answer = await request(this.weir.el, { method: 'POST', body, headers: [...jsonHeaders, ...table.raw()] });
});
