// A client that is only a socket: it sends any bytes, also those that no HTTP library would, and
// reads answers as they come.
import net from 'node:net';
import tls from 'node:tls';
import { within } from './wait.js';

export class RawClient {
  static async connect(port, { secure } = {}) {
    const socket = secure ? tls.connect({ port, host: '127.0.0.1', ...secure }) : net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await within(20_000, `a connection to port ${port}`, new Promise((resolve, reject) => {
      socket.once(secure ? 'secureConnect' : 'connect', resolve);
      socket.once('error', reject);
    }));
    return new RawClient(socket);
  }

  constructor(socket) {
    this.socket = socket.setNoDelay(true);
    this.buffer = Buffer.alloc(0);
    this.ended = false; // the other side will send nothing more
    this.waiting = [];
    socket.on('data', (chunk) => {
      this.buffer = Buffer.concat([this.buffer, chunk]);
      this.#wake();
    });
    socket.on('error', (error) => (this.failure = error.code));
    for (const event of ['end', 'close', 'error']) {
      socket.on(event, () => {
        this.ended = true;
        this.#wake();
      });
    }
  }

  #wake() {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Text is sent as latin1: one character, one byte. */
  send(bytes) {
    if (!this.socket.destroyed) this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    return this;
  }

  close() {
    this.socket.destroy();
  }

  async #more(what, timeout) {
    if (this.ended) throw new Error(`the connection ended before ${what}; received: ${JSON.stringify(this.buffer.toString('latin1').slice(0, 500))}`);
    await within(timeout, what, new Promise((resolve) => this.waiting.push(resolve)));
  }

  async #take(count, what, timeout) {
    while (this.buffer.length < count) await this.#more(what, timeout);
    const bytes = this.buffer.subarray(0, count);
    this.buffer = this.buffer.subarray(count);
    return bytes;
  }

  async #takeUntil(mark, what, timeout) {
    let at;
    while ((at = this.buffer.indexOf(mark)) < 0) await this.#more(what, timeout);
    return (await this.#take(at + mark.length, what, timeout)).toString('latin1');
  }

  /** One answer: { status, version, reason, headers: [[name, value]…], header(name), head, body, text, json() }. Interim answers are answers. */
  async answer({ timeout = 20_000, toHead = false } = {}) {
    const head = await this.#takeUntil('\r\n\r\n', "an answer's head", timeout);
    const [statusLine, ...lines] = head.slice(0, -4).split('\r\n');
    const match = /^HTTP\/(1\.[01]) (\d{3})(?: (.*))?$/.exec(statusLine);
    if (!match) throw new Error(`not a status line: ${JSON.stringify(statusLine)}`);
    const headers = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
    const header = (name) => headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
    const status = Number(match[2]);
    const result = {
      status, version: match[1], reason: match[3], headers, header, head, body: Buffer.alloc(0),
      get text() {
        return this.body.toString('utf8');
      },
      json() {
        return JSON.parse(this.text);
      },
    };
    if (status < 200 || status === 204 || status === 304 || toHead) return result;
    if (/chunked/i.test(header('transfer-encoding') ?? '')) {
      const parts = [];
      for (;;) {
        const size = parseInt(await this.#takeUntil('\r\n', "a chunk's size", timeout), 16);
        if (Number.isNaN(size)) throw new Error('not a chunk size');
        parts.push(await this.#take(size, 'a chunk', timeout));
        await this.#take(2, "a chunk's end", timeout);
        if (size === 0) break;
      }
      result.body = Buffer.concat(parts);
    } else if (header('content-length') !== undefined) {
      result.body = await this.#take(Number(header('content-length')), 'the body', timeout);
    } else {
      while (!this.ended) await this.#more('the end of the body', timeout);
      result.body = this.buffer;
      this.buffer = Buffer.alloc(0);
    }
    return result;
  }

  /** Resolves to how long it took until the other side ended the connection. */
  async closed({ timeout = 20_000 } = {}) {
    const begun = performance.now();
    while (!this.ended) {
      const left = timeout - (performance.now() - begun);
      if (left <= 0) throw new Error(`the connection was not closed within ${timeout} ms`);
      await within(left, 'the end of the connection', new Promise((resolve) => this.waiting.push(resolve)));
    }
    return performance.now() - begun;
  }
}
