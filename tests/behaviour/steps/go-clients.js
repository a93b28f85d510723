// A Go program on real nodes that die.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { contractAddress, rpc } from '../support/anvil.js';
import { GoClient } from '../support/goclient.js';
import { tipOf } from '../support/simchain.js';
import { bare } from '../support/weir.js';
import { until } from '../support/wait.js';
import { loseReal } from './ws-clients.js';

const hexNumber = (number) => `0x${number.toString(16)}`;

When('a Go program watches logs and heads, polls filters and calls', { timeout: 90_000 }, async function () {
  this.go = await GoClient.start(this.weir);
  this.endings.push(() => this.go.process.kill());
});

/** Sends one between two blocks, of which the next has it on every node: whichever node took it, their blocks are the same. */
function transactionInNextBlock(world, atOnce) {
  return new Promise((resolve, reject) => {
    world.transactionsFirst = async () => {
      world.transactionsFirst = undefined;
      try {
        const from = world.go.lines.length;
        world.go.command('send');
        const { raw } = await world.go.said('a signed transaction', (line) => line.raw, from);
        world.go.command('now');
        await atOnce();
        const { sent, error } = await world.go.said('it is sent', (line) => line.sent || line.error, from);
        if (error) throw new Error(error);
        resolve(sent);
        return [raw];
      } catch (error) {
        reject(error);
        throw error;
      }
    };
  });
}

async function usedNode(world, turn) {
  const names = [...world.nodes.keys()];
  if (bare) return names[turn % names.length];
  const used = (await world.weir.metrics()).find(({ name, value }) => name === 'weir_ws_upstream_node' && value === 1);
  return used?.labels.node ?? names[turn % names.length];
}

When('{int} times the node in use dies and comes back, by SIGKILL with a transaction on its way, SIGSTOP and lag in turn', { timeout: 240_000 }, async function (deaths) {
  this.receipts = [];
  for (let turn = 0; turn < deaths; ++turn) {
    const name = await usedNode(this, turn);
    const way = ['SIGKILL', 'SIGSTOP', 'lag'][turn % 3];
    let sent;
    if (way === 'SIGKILL') {
      sent = await transactionInNextBlock(this, () => loseReal(this, name, way));
    } else {
      await loseReal(this, name, way);
    }
    const tip = await tipOf(this.chain.immortal.elUrl);
    await this.go.said(`a block after ${way} of ${name}`, ({ head }) => head > tip.number + 1);
    if (way === 'lag' && !bare) await until(`${name} lags`, async () => !(await this.weir.node(name)).is_healthy);
    await this.chain.bringBack(name);
    if (!bare) await this.weir.seesNode(name, 'is fit again', (node) => node.is_healthy);
    if (sent) this.receipts.push(sent);
  }
});

Then('every transaction of the Go program has a receipt', async function () {
  assert.ok(this.receipts.length > 0);
  for (const hash of this.receipts) {
    this.go.command(`receipt ${hash}`);
    const { status } = await this.go.said(`the receipt of ${hash}`, ({ receipt }) => receipt === hash);
    assert.equal(status, 1);
  }
});

Then('the Go program has every head and log once and in order, by subscription and by filter, and no error', async function () {
  await this.chain.stopMining();
  const { immortal } = this.chain;
  const tip = await tipOf(immortal.elUrl);
  const ways = ['address', 'topic', 'from', 'range', 'filter'];
  await until('it has heard of the last block', () => {
    const { go } = this;
    const missing = ways.filter((by) => go.logs(by).at(-1)?.block !== tip.number);
    if (go.heads.at(-1)?.head === tip.number && go.blocks.at(-1) === tip.hash && missing.length === 0) return true;
    throw new Error(JSON.stringify([tip, go.heads.at(-1), go.blocks.at(-1), missing, go.errors.slice(-3)]));
  });
  const chain = new Map();
  for (let number = 1; number <= tip.number; ++number) chain.set(number, await rpc(immortal.elUrl, 'eth_getBlockByNumber', [hexNumber(number), false]));
  const from = (number) => [...chain.entries()].filter(([height]) => height >= number);

  const { heads, blocks, errors } = this.go;
  assert.ok(heads.length > 20, `only ${heads.length} heads`);
  assert.deepEqual(heads.map(({ head, hash }) => [head, hash]), from(heads[0].head).map(([number, { hash }]) => [number, hash]));
  const first = [...chain.entries()].find(([, { hash }]) => hash === blocks[0])[0];
  assert.deepEqual(blocks, from(first).map(([, { hash }]) => hash));
  for (const by of ways) {
    const got = this.go.logs(by);
    const wanted = await rpc(immortal.elUrl, 'eth_getLogs', [{ address: contractAddress, fromBlock: hexNumber(got[0].block), toBlock: hexNumber(tip.number) }]);
    assert.ok(wanted.length > 20, by);
    assert.deepEqual(got.map(({ block, hash, index, removed }) => [block, hash, index, removed]), wanted.map((log) => [Number(log.blockNumber), log.blockHash, Number(log.logIndex), false]), by);
  }
  assert.deepEqual(errors, []);
});
