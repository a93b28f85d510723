// Nodes that speak while nobody asked: whose answer does the next client get?
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { post, request } from '../support/http.js';
import { until } from '../support/wait.js';

const rpc = (id, method, params = []) => JSON.stringify({ jsonrpc: '2.0', id, method, params });
const balance = ['0x0000000000000000000000000000000000000001', 'latest'];

async function spokenUnasked(world, layer, name, times) {
  await until(`${name} has spoken unasked ${times} times`, async () => {
    const seen = await world.weir.metric(`${layer}_node_unasked_answers_total`, { node: name });
    if (seen >= times) return true;
    throw new Error(`${seen} times`);
  });
}

/** As often as this, so that what one client leaves behind would be the next one's. */
const rounds = 2;

Then('each time after a call of {word}, when {string} has spoken unasked, {int} clients get their own answers from {string}', async function (method, name, clients, of) {
  const node = this.node(of);
  const tls = node.secure ? { tls: { rejectUnauthorized: false } } : {};
  const own = async (text) => (await post(node.elUrl, text, tls)).json();
  for (let round = 1; round <= rounds; ++round) {
    const answer = await post(this.weir.el, rpc(`round ${round}`, method));
    assert.deepEqual(answer.json(), await own(rpc(`round ${round}`, method)));
    await spokenUnasked(this, 'el', name, round);
    for (let i = 0; i < clients; ++i) {
      const text = rpc(`client ${i}`, i % 2 ? 'eth_getBalance' : 'eth_chainId', i % 2 ? balance : []);
      const given = await post(this.weir.el, text);
      assert.equal(given.status, 200, given.text);
      assert.deepEqual(given.json(), await own(text));
    }
  }
});

Then('each time after {word} {word}, when {string} has spoken unasked, {int} clients get their own answers from {string}', async function (method, path, name, clients, of) {
  const node = this.node(of);
  const paths = ['/eth/v1/node/version', '/eth/v1/beacon/genesis'];
  for (let round = 1; round <= rounds; ++round) {
    const answer = await request(this.weir.cl + path, { method });
    assert.equal(answer.text, '');
    await spokenUnasked(this, 'cl', name, round);
    for (let i = 0; i < clients; ++i) {
      const target = paths[i % paths.length];
      const given = await request(this.weir.cl + target);
      assert.equal(given.status, 200, given.text);
      assert.equal(given.text, (await request(node.clUrl + target)).text);
    }
  }
});

When('{int} clients keep calling for {int} s, each with ids of its own', async function (clients, seconds) {
  const until = performance.now() + seconds * 1000;
  const kinds = [['eth_chainId', []], ['eth_getBalance', balance], ['eth_gasPrice', []], ['eth_getCode', balance]];
  const right = new Map();
  for (const [method, params] of kinds) right.set(method, (await post(this.node('b').elUrl, rpc(1, method, params))).json().result);
  this.calls = { made: 0, wrong: [] };
  const one = async (client) => {
    for (let i = 0; performance.now() < until; ++i) {
      const [method, params] = kinds[(client + i) % kinds.length];
      const answer = await post(this.weir.el, rpc(`${client}-${i}`, method, params));
      const { id, result } = answer.json();
      this.calls.made += 1;
      if (id !== `${client}-${i}` || result !== right.get(method)) this.calls.wrong.push(`${method}: ${answer.status} ${answer.text}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => one(client)));
});
Then('every call had its own answer', function () {
  assert.ok(this.calls.made > 0);
  assert.deepEqual(this.calls.wrong.slice(0, 5), []);
});

When('{string} drops its connections', function (name) {
  return this.node(name).dropSockets('http');
});
