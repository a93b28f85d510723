// Does the client of these tests notice what it should?
import { Then, When } from '@cucumber/cucumber';
import { WebSocketServer } from 'ws';
import { freePort } from '../support/ports.js';
import { until } from '../support/wait.js';
import { WsClient } from '../support/ws-client.js';

async function speak(world, name, url) {
  world.instrument = await WsClient.connect(url, { name });
  world.endings.push(() => world.instrument.socket.terminate());
}
When('{string} speaks to {string} itself', function (name, node) {
  return speak(this, name, this.node(node).wsUrl);
});
When('{string} subscribes to newHeads, whatever comes', function (_) {
  return this.instrument.subscribe('newHeads');
});
When(/^"(\w+)" speaks to a server that answers eth_subscribe and eth_unsubscribe and then sends (.*)$/, async function (name, text) {
  const port = await freePort();
  const server = new WebSocketServer({ host: '127.0.0.1', port });
  this.endings.push(() => new Promise((resolve) => server.close(resolve)));
  const ids = ['0x0a', '0x0b'];
  server.on('connection', (socket) => socket.on('message', (data) => {
    const { id, method } = JSON.parse(data);
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'eth_subscribe' ? ids.shift() : true }));
    if (method === 'eth_unsubscribe') {
      const first = { number: '0x1', hash: '0x1', parentHash: '0x0' };
      socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params: { subscription: '0x0b', result: first } }));
      socket.send(text);
    }
  }));
  await speak(this, name, `ws://127.0.0.1:${port}`);
  const subscription = await this.instrument.subscribe('newHeads');
  await this.instrument.subscribe('newHeads');
  await this.instrument.unsubscribe(subscription);
});
Then('{string} has noticed {string}', function (name, text) {
  return until(`a violation: ${text}`, () => {
    if (this.instrument.violations.some((violation) => violation.includes(text))) return true;
    throw new Error(JSON.stringify(this.instrument.violations));
  });
});
