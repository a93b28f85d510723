// A TCP door in front of a node, which can do what a network or a crowded machine does: refuse connections for a
// share of the time, take only so many, forget the flows that are there, let no large answer through, or take
// connections and never serve them.
import net from 'node:net';
import { freePort } from './ports.js';
import { pause } from './wait.js';

export class Door {
  static async open(targetPort) {
    const door = new Door(targetPort);
    door.port = await freePort();
    await door.listen();
    return door;
  }

  pairs = new Set(); // { client, node }
  refusing = false;

  constructor(targetPort) {
    this.targetPort = targetPort;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async listen() {
    const server = net.createServer((client) => this.#enter(client));
    await new Promise((resolve, reject) => server.once('error', reject).listen(this.port, '127.0.0.1', 512, resolve));
    this.server = server;
  }
  /** Those that are in stay. */
  refuse() {
    this.server?.close();
    this.server = undefined;
  }

  /** Nobody listens for `off` of every `period` ms. */
  async refuseAtTimes({ off, period }) {
    this.flapping = true;
    this.flaps = (async () => {
      while (this.flapping) {
        await pause(period - off);
        this.refuse();
        await pause(off);
        await this.listen();
      }
    })();
  }
  /** Each connection ends after one answer, so that every request needs a new one. */
  onlyOneAnswerEach() {
    this.once = true;
  }
  /** Beyond so many connections there is no listener, or nobody behind it. */
  takeOnly(most, { silently = false } = {}) {
    this.most = most;
    this.silently = silently;
  }
  /** What is in now gets nothing through any more, and nobody is told. */
  forgetFlows() {
    for (const pair of this.pairs) pair.forgotten = true;
  }
  /** Answers larger than that never arrive. */
  swallowAbove(bytes) {
    this.largest = bytes;
  }

  #enter(client) {
    const pair = { client };
    this.pairs.add(pair);
    client.on('error', () => {});
    client.on('close', () => this.#leave(pair));
    if (this.most !== undefined && this.pairs.size > this.most) return; // never served
    pair.node = net.connect(this.targetPort, '127.0.0.1');
    pair.node.on('error', () => {});
    pair.node.on('close', () => (pair.forgotten || pair.swallowed ? undefined : client.destroy()));
    client.on('data', (bytes) => pair.forgotten || pair.node.write(bytes));
    pair.node.on('data', (bytes) => this.#answer(pair, bytes));
    if (this.most !== undefined && !this.silently && this.pairs.size >= this.most) this.refuse();
  }
  #answer(pair, bytes) {
    if (pair.forgotten || pair.swallowed) return;
    if (this.largest !== undefined && bytes.length > this.largest) {
      pair.swallowed = true;
      this.swallowed = (this.swallowed ?? 0) + 1;
      return;
    }
    if (this.once) pair.client.end(bytes);
    else pair.client.write(bytes);
  }
  #leave(pair) {
    this.pairs.delete(pair);
    pair.node?.destroy();
    if (this.most !== undefined && !this.server && this.pairs.size < this.most && !this.closed) this.listen().catch(() => {});
  }

  async kill() {
    this.flapping = false;
    await this.flaps;
    this.closed = true;
    this.refuse();
    for (const { client, node } of this.pairs) {
      client.destroy();
      node?.destroy();
    }
  }
}
