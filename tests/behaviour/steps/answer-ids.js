// Calls under ids of the client's own, over HTTP and WebSocket alike, and what came back under them.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { post } from '../support/http.js';
import { connect } from './ws.js';

const address = '0x0000000000000000000000000000000000000001';
const ofState = { eth_getBalance: [address, 'latest'], eth_getCode: [address, 'latest'] };
const paramsOf = (method) => ofState[method] ?? [];
const ids = { HTTP: 7, WebSocket: 'my own' };

async function socket(world) {
  return world.wsClients?.get('own') ?? connect(world, 'own');
}

When(/^I call (\w+) over (HTTP|WebSocket)$/, async function (method, way) {
  const text = JSON.stringify({ jsonrpc: '2.0', id: ids[way], method, params: paramsOf(method) });
  this.asked = { id: ids[way], method };
  this.given = way === 'HTTP' ? (await post(this.weir.el, text)).json() : JSON.parse((await (await socket(this)).sendText(text)).text);
});
Then('I get the right {word} under my own id', async function (method) {
  const right = await post(this.node('b').elUrl, JSON.stringify({ jsonrpc: '2.0', id: this.asked.id, method, params: paramsOf(method) }));
  assert.deepEqual(this.given, right.json());
});
Then('I get {int} letters under my own id', function (size) {
  assert.equal(this.given.id, this.asked.id, JSON.stringify(this.given).slice(0, 300));
  assert.equal(this.given.result?.length, size, JSON.stringify(this.given).slice(0, 300));
});
Then('a call of {word} is cut off', async function (method) {
  const text = JSON.stringify({ jsonrpc: '2.0', id: 7, method, params: paramsOf(method) });
  await assert.rejects(post(this.weir.el, text), /cut off|aborted|ECONNRESET/);
});

When(/^I call (\w+) and (\w+) in a batch over (HTTP|WebSocket)$/, async function (first, second, way) {
  const calls = [[first, paramsOf(first)], [second, paramsOf(second)]];
  this.batch = calls.map(([method, params], i) => ({ jsonrpc: '2.0', id: 11 + i, method, params }));
  if (way === 'HTTP') {
    this.given = (await post(this.weir.el, JSON.stringify(this.batch))).json();
  } else {
    const one = await socket(this);
    one.nextId = 11;
    this.given = (await one.batch(calls)).map(({ text }) => JSON.parse(text));
  }
});
Then('both answers are the right ones, under my own ids', async function () {
  const right = (await post(this.node('b').elUrl, JSON.stringify(this.batch))).json();
  assert.deepEqual(this.given, right);
});

When('the WebSockets of {string} are dropped', function (name) {
  return this.node(name).dropSockets('ws');
});
