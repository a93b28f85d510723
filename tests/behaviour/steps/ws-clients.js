// Real clients on real nodes that die.
import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { Chain, contractAddress, rpc } from '../support/anvil.js';
import { tipOf } from '../support/simchain.js';
import { EthersWatcher, ViemWatcher } from '../support/watchers.js';
import { until } from '../support/wait.js';

const names = (text) => [...text.matchAll(/"([^"]+)"/g)].map((match) => match[1]);
const hexNumber = (number) => `0x${number.toString(16)}`;

Given(/^real WebSocket nodes (".*") with a block every (\d+) ms$/, { timeout: 120_000 }, async function (list, ms) {
  this.chain = await Chain.start(names(list), { immortal: true });
  this.endings.push(() => this.chain.kill());
  for (const name of names(list)) {
    const anvil = this.chain.get(name);
    this.nodes.set(name, anvil);
    this.el.primary.push({ name, http_url: anvil.elUrl, ws_url: anvil.wsUrl });
  }
  this.blockTime = Number(ms);
  // Each block has a log of the contract.
  const logging = () => this.chain.sign({ to: contractAddress, data: '0x02', gas: 100000n });
  this.chain.startMining(this.blockTime, async () => [...((await this.transactionsFirst?.()) ?? []), await logging()]);
});

function watch(world, watcher) {
  world.watchers ??= [];
  world.watchers.push(watcher);
  world.endings.push(() => watcher.close());
}
When('viem watches blocks, events and pending transactions', async function () {
  watch(this, await ViemWatcher.start(this.weir.ws));
});
When('ethers listens to blocks, events and pending transactions', async function () {
  watch(this, await EthersWatcher.start(this.weir.ws));
});
When('real clients have seen {int} more blocks', async function (count) {
  const before = this.watchers.map(({ blocks }) => blocks.length);
  await until(`${count} more blocks for each`, () => {
    if (this.watchers.every(({ blocks }, i) => blocks.length >= before[i] + count)) return true;
    throw new Error(JSON.stringify(this.watchers.map(({ blocks, violations }) => [blocks.slice(-5), violations])));
  }, { within: 20_000 });
});

const ways = { SIGKILL: 'killNine', SIGSTOP: 'suspend', lag: 'holdBack' };
export const loseReal = (world, name, way) => world.chain[ways[way]](name);
When(/^the real node "(\w+)" is lost by (SIGKILL|SIGSTOP|lag)$/, function (name, way) {
  return loseReal(this, name, way);
});
When('the real node {string} comes back', function (name) {
  return this.chain.bringBack(name);
});

Then(/^a transaction that (viem|ethers) sends is mined and seen by all$/, async function (library) {
  await this.chain.stopMining();
  const raw = await this.chain.sign({ to: contractAddress, data: '0x02', gas: 100000n });
  const watcher = this.watchers.find(({ name }) => name === library);
  const hash = await watcher.call('eth_sendRawTransaction', [raw]);
  await until('it is seen as pending', () => this.watchers.every(({ pending }) => pending.has(hash)), { within: 10_000 });
  // Mined where it was sent and, given with the block, on the other nodes.
  await this.chain.mine([raw]);
  const receipt = await until('its receipt', () => watcher.call('eth_getTransactionReceipt', [hash]), { within: 10_000 });
  await until('its log', () => this.watchers.every(({ logs }) => logs.some(({ block }) => block === Number(receipt.blockNumber))), { within: 10_000 });
});

/** Blocks and logs of a watcher without hole or repetition, up to the chain's tip but one. */
export async function whole(world, watcher) {
  const tip = await tipOf(world.chain.immortal.elUrl);
  await until(`${watcher.name} has block ${tip.number - 1}`, () => {
    if (watcher.blocks.at(-1) >= tip.number - 1 && watcher.logs.at(-1)?.block >= tip.number - 1) return true;
    throw new Error(JSON.stringify([watcher.blocks.slice(-5), watcher.logs.slice(-3), watcher.violations]));
  }, { within: 20_000 });
  const logs = await rpc(world.chain.immortal.elUrl, 'eth_getLogs', [{ address: contractAddress, fromBlock: hexNumber(watcher.logs[0].block), toBlock: hexNumber(tip.number - 1) }]);
  const wanted = logs.map((log) => `${Number(log.blockNumber)} ${log.blockHash} ${Number(log.logIndex)}`);
  for (const list of [watcher.logs, watcher.byTopic]) {
    const got = list.filter(({ block }) => block >= watcher.logs[0].block && block < tip.number).map(({ block, hash, index }) => `${block} ${hash} ${index}`);
    assert.deepEqual(got, wanted, watcher.name);
  }
  if (watcher.details) assert.deepEqual([...watcher.details].sort((a, b) => a - b), [...new Set(watcher.details)].sort((a, b) => a - b), 'blocks in full, none twice');
  assert.ok(watcher.pending.size > 0, `${watcher.name} has heard of no pending transaction`);
  assert.deepEqual(watcher.violations, []);
}
Then('no more than the last block is missing and none came twice', async function () {
  assert.ok(this.watchers.length > 0);
  for (const watcher of this.watchers) await whole(this, watcher);
});
