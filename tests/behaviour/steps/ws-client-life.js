// WebSocket clients that do not read, handshakes and close frames to the letter, and answers without an end.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Then, When } from '@cucumber/cucumber';
import { RawClient } from '../support/raw.js';
import { until, within } from '../support/wait.js';

When('a block comes every {int} ms for {int} ms', async function (every, length) {
  const end = performance.now() + length;
  while (performance.now() < end) {
    await this.simchain.advance();
    await new Promise((resolve) => setTimeout(resolve, every));
  }
});
When('{string} has been pinged {int} times since', async function (name, count) {
  const before = (await this.node(name).stats()).ws.pings;
  await until(`${count} pings`, async () => (await this.node(name).stats()).ws.pings >= before + count, { within: 20_000 });
});

const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const lines = { Host: 'localhost', Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': key };
async function shakeHands(world, fields) {
  const raw = await RawClient.connect(Number(new URL(world.weir.url).port));
  world.endings.push(() => raw.close());
  raw.send(`GET /el/ws HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  return raw;
}
When('I shake hands with {}', async function (change) {
  const changed = JSON.parse(change);
  const fields = Object.entries({ ...lines, ...changed }).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, one]));
  this.answer = await (await shakeHands(this, fields.filter(([, value]) => value !== null))).answer();
});
Then('no line of the answer names the library', function () {
  assert.ok(!/beast|boost/i.test(this.answer.head), this.answer.head);
  assert.ok(['weir', undefined].includes(this.answer.header('server')), this.answer.head);
});

/** A masked frame of a client. */
function frame(opcode, payload) {
  const mask = Buffer.from([1, 2, 3, 4]);
  const masked = Buffer.from(payload.map((byte, i) => byte ^ mask[i % 4]));
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, masked]);
}
When(/^a client closes with the payload ([0-9a-f ]*), (whole|byte for byte)$/, async function (hex, how) {
  const raw = await shakeHands(this, Object.entries(lines));
  const { status, header } = await raw.answer({ toHead: true });
  assert.equal(status, 101);
  assert.equal(header('Sec-WebSocket-Accept'), createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64'));
  const bytes = frame(8, Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  if (how === 'whole') raw.send(bytes);
  else {
    for (const byte of bytes) {
      raw.send(Buffer.from([byte]));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  await until('the end of the connection', () => raw.ended, { within: 10_000 });
  this.closing = raw.buffer;
});
When('a client shakes hands, sends the call {word} and says no goodbye', async function (method) {
  const raw = await shakeHands(this, Object.entries(lines));
  assert.equal((await raw.answer({ toHead: true })).status, 101);
  raw.send(frame(1, Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method }))));
  await until('weir counts it', async () => (await this.weir.metric('ws_connections_active')) === 1);
});
When('a client sends the frames {}', async function (hex) {
  const raw = await shakeHands(this, Object.entries(lines));
  assert.equal((await raw.answer({ toHead: true })).status, 101);
  raw.send(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  await until('the end of the connection', () => raw.ended, { within: 10_000 });
  this.closing = raw.buffer;
});
Then('the close frame says {int}', function (code) {
  assert.deepEqual([...this.closing], [0x88, 2, code >> 8, code & 255]);
});
Then('the close frame has the code {int}', function (code) {
  assert.deepEqual([...this.closing.subarray(0, 4)], [0x88, 2, code >> 8, code & 255]);
});

When("weir's memory peak is watched", function () {
  this.weir.resetPeak();
  this.memoryBefore = this.weir.memory().rss;
});
Then('weir never needed more than {int} MB more', function (megabytes) {
  const more = (this.weir.memory().peak - this.memoryBefore) / 1024;
  this.attach(`${more.toFixed(1)} MB more`, 'text/plain');
  assert.ok(more < megabytes, `${more.toFixed(1)} MB more`);
});
Then('the memory was freed again to within {int} MB', async function (megabytes) {
  await within(10_000, 'memory', until('memory', () => (this.weir.memory().rss - this.memoryBefore) / 1024 < megabytes, { within: 9000, every: 100 }));
});
