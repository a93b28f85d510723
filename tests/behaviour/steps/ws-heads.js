// What clients are told of the chain's height. The client itself compares each answer with what it had
// been told before it asked (ws-client.js, strictHeads).
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { post } from '../support/http.js';
import { until, within } from '../support/wait.js';
import { client, subscription } from './ws.js';

const questions = [['eth_blockNumber', []], ['eth_getBlockByNumber', ['latest', false]]];
async function askBoth(one) {
  const replies = await within(10_000, 'the answers', Promise.all(questions.map(([method, params]) => one.ask(method, params))));
  for (const { error, result, text } of replies) assert.ok(!error && result !== null, text);
}
const fine = (one) => assert.deepEqual(one.violations, []);

When('{string} asks for eth_blockNumber and the latest block at every block, for {int} blocks', async function (name, count) {
  const one = client(this, name);
  const { feed } = subscription(this, name, 'newHeads');
  let seen = feed.events.length;
  for (let i = 0; i < count; ++i) {
    await until('a block', () => feed.events.length > seen, { within: 10_000, every: 1 });
    seen = feed.events.length;
    // Twice, so that round robin gets round to each node.
    await Promise.all([askBoth(one), askBoth(one)]);
    await askBoth(one);
  }
  fine(one);
});
When('{string} asks for eth_blockNumber and the latest block {int} times', async function (name, count) {
  for (let i = 0; i < count; ++i) await askBoth(client(this, name));
  fine(client(this, name));
});
Then('{string} has got every block but perhaps the last', async function (name) {
  const { feed, client: one } = subscription(this, name, 'newHeads');
  const { number } = await this.simchain.tip();
  await until(`block ${number - 1}`, () => feed.tip.number >= number - 1);
  fine(one);
});
Then('{int} block numbers asked for over HTTP one after another never fall', async function (count) {
  let told = 0;
  for (let i = 0; i < count; ++i) {
    const { result } = (await post(this.weir.el, `{"jsonrpc":"2.0","id":${i},"method":"eth_blockNumber","params":[]}`)).json();
    assert.ok(Number(result) >= told, `${Number(result)} after ${told}`);
    told = Number(result);
  }
});
