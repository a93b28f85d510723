// Chains that are not as others, nodes of another network, and nodes whose heads are no good.
import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { SimChain } from '../support/simchain.js';
import { post } from '../support/http.js';
import { until } from '../support/wait.js';
import { client, simNodes, subscription } from './ws.js';

const names = (text) => [...text.matchAll(/"([^"]+)"/g)].map((match) => match[1]);

Given(/^WebSocket nodes (".*") on a chain that leaves out each number that (\d+) divides$/, async function (list, every) {
  this.simchain = new SimChain({ nullRounds: Number(every) });
  this.endings.push(() => this.simchain.kill());
  await this.simchain.start();
  await simNodes(this, names(list));
});
Then('{string} was told of the blocks {word}', function (name, list) {
  assert.deepEqual(subscription(this, name, 'newHeads').feed.numbers, list.split(',').map(Number));
});
Then('{string} was told of at most {int} heads that are on no chain', async function (name, most) {
  const { feed } = subscription(this, name, 'newHeads');
  const honest = new Set(this.simchain.heads.feed.events.map(({ result }) => result.hash));
  const invented = new Set(feed.events.map(({ result }) => result.hash).filter((hash) => !honest.has(hash)));
  assert.ok(invented.size <= most, `${invented.size} of them: ${feed.numbers}`);
});
When('{string} and {string} ask for their chain id {int} times', async function (http, ws, times) {
  const one = client(this, ws);
  this.chainIds = new Set();
  for (let i = 0; i < times; ++i) {
    this.chainIds.add((await post(this.weir.el, '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}')).json().result);
    this.chainIds.add((await one.ask('eth_chainId', [])).result);
  }
});
Then('all say {string}', function (id) {
  assert.deepEqual([...this.chainIds], [id]);
});
Then('the height of the layer is {int}', async function (height) {
  await this.weir.sees(`the layer is at ${height}`, ({ el_chain_head }) => {
    if (el_chain_head === height) return true;
    throw new Error(`it is at ${el_chain_head}`);
  });
});

Then('{string} hears of the last block within {int} seconds', async function (name, seconds) {
  const { feed } = subscription(this, name, 'newHeads');
  const { hash } = await this.simchain.tip();
  await until('the last block', () => feed.tip?.hash === hash, { within: seconds * 1000 });
});
When('weir is reloaded with the node {string} on chain {int} alone', async function (name, chainId) {
  const node = this.node(name);
  await node.fault('el', 'wrong_chain_id', { chain_id: chainId });
  this.el.primary = [{ name, http_url: node.elUrl }];
  reload(this);
});
When('weir is reloaded with chain_id = {int}', function (chainId) {
  this.config.global.chain_id = chainId;
  reload(this);
});
function reload(world) {
  world.weir.write(world.wholeConfig());
  world.weir.process.signal('SIGHUP');
}
