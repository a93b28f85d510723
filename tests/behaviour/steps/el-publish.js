// Raw transactions, whichever way they are sent, and who got them.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { post } from '../support/http.js';
import { until } from '../support/wait.js';
import { connect } from './ws.js';

// keccak256 of the one byte
const hashes = {
  '0x01': '0x5fe7f977e71dba2ea1a68e21057beebb9be2ac30c6410aa38d4f3fbe41dcffd2',
  '0x02': '0xf2ee15ea639b73fa3db9b34a245bdfa015c260c598b211bf05a1ecc4b3e3b4f2',
  '0x03': '0x69c322e3248a5dfc29d73c5b0553b0185a35cd5bb6386747517ef7e53b15e287',
  '0x04': '0xf343681465b9efe82c933c3e8748c70cb8aa06539c361de20f72eac04e766393',
};
When(/^I send the raw transaction (0x\w+) over (HTTP|WebSocket|a batch on HTTP|a batch on WebSocket)$/, async function (raw, way) {
  const begun = performance.now();
  const call = { jsonrpc: '2.0', id: 'tx', method: 'eth_sendRawTransaction', params: [raw] };
  const other = { jsonrpc: '2.0', id: 'other', method: 'eth_chainId', params: [] };
  const http = async (body) => (await post(this.weir.el, JSON.stringify(body))).json();
  const socket = async () => this.wsClients?.get('own') ?? connect(this, 'own');
  let reply;
  if (way === 'HTTP') reply = await http(call);
  if (way === 'WebSocket') reply = await (await socket()).sendText(JSON.stringify(call));
  if (way === 'a batch on HTTP') {
    const [first, second] = await http([other, call]);
    assert.equal(first.result, '0x1', JSON.stringify(first));
    reply = second;
  }
  if (way === 'a batch on WebSocket') {
    const [first, second] = await (await socket()).batch([['eth_chainId', []], ['eth_sendRawTransaction', [raw]]]);
    assert.equal(first.result, '0x1', first.text);
    reply = second;
  }
  this.transaction = { raw, reply, ms: performance.now() - begun };
});
Then('its hash is the answer, within {int} ms', function (ms) {
  const { raw, reply, ms: took } = this.transaction;
  assert.equal(reply.result, hashes[raw], JSON.stringify(reply));
  assert.ok(took < ms, `${took} ms`);
});
Then('the answer is the error {string}', function (message) {
  assert.equal(this.transaction.reply.error?.message, message, JSON.stringify(this.transaction.reply));
});
Then('soon {string}, {string} and {string} have each seen {word} {int} time(s)', async function (a, b, c, method, times) {
  for (const name of [a, b, c]) {
    await until(`${method} at ${name}`, async () => ((await this.node(name).stats()).el.by_method[method] ?? 0) === times);
  }
});
