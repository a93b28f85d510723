// A JSON-RPC client over WebSocket that trusts nobody: it keeps every message, knows which ids and
// subscriptions are its own, and puts everything else down as a violation.
import WebSocket from 'ws';
import { elements, members } from './json-text.js';
import { feedOf } from './ws-feeds.js';
import { within } from './wait.js';

export class RpcError extends Error {
  constructor(error) {
    super(`${error.code} ${error.message}`);
    Object.assign(this, { code: error.code, data: error.data, error });
  }
}

export class WsClient {
  /** `options` are those of npm ws; `keep: false` keeps no messages, for long runs. */
  static async connect(url, { name = 'client', keep = true, timeout = 10_000, ...options } = {}) {
    const client = new WsClient(name, keep);
    client.url = url;
    client.socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 512 << 20, ...options });
    client.#watch();
    await within(timeout, `${name} is connected`, client.opened);
    return client;
  }

  messages = []; // { at, text, binary }
  violations = [];
  subscriptions = new Map(); // by id, also those that are over
  pending = new Map(); // raw id to the calls that wait for an answer with it, first come first
  answered = new Set(); // raw ids
  nextId = 1;
  answers = 0;
  told = 0; // the highest block that this client was told of
  expectsStrangers = false; // after it has sent what is no request

  constructor(name, keep) {
    this.name = name;
    this.keep = keep;
  }

  #watch() {
    const { socket } = this;
    this.opened = new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
      socket.once('unexpected-response', (request, response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const error = new Error(`no upgrade: HTTP ${response.statusCode}`);
          reject(Object.assign(error, { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }));
        });
      });
    });
    this.opened.catch(() => {});
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.end = { code, reason: reason.toString(), at: performance.now() };
        for (const calls of this.pending.values()) for (const call of calls) call.reject(new Error(`${this.name}: closed with ${code} ${reason} before an answer`));
        resolve(this.end);
      });
    });
    socket.on('error', (error) => (this.error = error));
    socket.on('message', (data, binary) => this.#receive(data.toString(), binary));
  }

  get open() {
    return this.socket.readyState === WebSocket.OPEN;
  }
  get unanswered() {
    return [...this.pending.values()].flat();
  }

  complain(text) {
    this.violations.push(`${this.name}: ${text}`);
  }

  #receive(text, binary) {
    const at = performance.now();
    if (this.keep) this.messages.push({ at, text, binary });
    this.received = (this.received ?? 0) + 1;
    if (binary) this.complain(`a binary message: ${text.slice(0, 200)}`);
    if (text.startsWith('{"jsonrpc":"2.0","method":"')) return this.#event(text, at); // the usual shape, without a scan
    let whole;
    try {
      whole = JSON.parse(text);
    } catch {
      return this.complain(`not JSON: ${text.slice(0, 200)}`);
    }
    if (Array.isArray(whole)) return this.#batch(text, at);
    if (whole.method !== undefined) return this.#event(text, at);
    this.#answer(text, at);
  }

  #event(text, at) {
    const { method, params } = JSON.parse(text);
    const subscription = this.subscriptions.get(params?.subscription);
    if (!subscription) return this.complain(`an event of a subscription that is not its own: ${text.slice(0, 300)}`);
    if (method !== `${subscription.space}_subscription`) return this.complain(`an event by another name: ${method}`);
    if (!subscription.live) return this.complain(`an event of ${subscription.kind} after it was unsubscribed`);
    if (subscription.kind === 'newHeads') this.told = Math.max(this.told, Number(BigInt(params.result.number)));
    subscription.feed.take(params.result, at);
    subscription.lastAt = at;
  }

  #answer(text, at) {
    const raw = members(text);
    if ('result' in raw === 'error' in raw) return this.complain(`neither an answer nor an event: ${text.slice(0, 300)}`);
    const waiting = this.pending.get(raw.id);
    if (!waiting) {
      if (raw.id === 'null' && this.expectsStrangers) return (this.strangers ??= []).push(JSON.parse(text));
      return this.complain(`${this.answered.has(raw.id) ? 'a second answer' : 'an answer to nothing'}: ${text.slice(0, 300)}`);
    }
    const call = waiting.shift();
    if (waiting.length === 0) this.pending.delete(raw.id);
    if (this.keep || this.answered.size < 1e6) this.answered.add(raw.id);
    this.answers += 1;
    const { result, error } = JSON.parse(text);
    if (result !== undefined) this.#register(call, result, at);
    this.#learn(result, call);
    call.settle({ at, text, result, error, raw, call });
  }

  #batch(text, at) {
    const batch = this.batches?.find(({ ids }) => elements(text).every((item) => ids.has(members(item).id)));
    if (!batch) return this.complain(`an array that answers no batch: ${text.slice(0, 300)}`);
    this.batches.splice(this.batches.indexOf(batch), 1);
    for (const item of elements(text)) this.#answer(item, at);
    batch.resolve(text);
  }

  #expect(rawId, call) {
    const promise = new Promise((resolve, reject) => Object.assign(call, { settle: resolve, reject }));
    promise.catch(() => {}); // whoever waits for it sees it
    Object.assign(call, { at: performance.now(), client: this });
    const waiting = this.pending.get(rawId);
    if (waiting) waiting.push(call);
    else this.pending.set(rawId, [call]);
    return promise;
  }

  /** Sends a request as it is written; resolves to the answer to its id, also to an error. */
  sendText(text, frame = {}) {
    const raw = members(text);
    const call = { method: raw.method && JSON.parse(raw.method), params: raw.params ? JSON.parse(raw.params) : [], floor: this.told };
    const answer = this.#expect(raw.id, call);
    this.socket.send(text, frame);
    return answer;
  }

  /** For a request that `send` puts on the socket in a shape of its own. */
  expectAnswer(rawId, send) {
    const answer = this.#expect(rawId, { method: 'eth_chainId', params: [], floor: 0 });
    send();
    return answer;
  }

  /** Resolves to { at, text, result, error }. */
  ask(method, params = [], id = this.nextId++) {
    return this.sendText(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  }

  async call(method, params, id) {
    const { result, error } = await this.ask(method, params, id);
    if (error) throw new RpcError(error);
    return result;
  }

  /** The answers in the order of the calls. */
  async batch(calls) {
    const requests = calls.map(([method, params = []]) => ({ jsonrpc: '2.0', id: this.nextId++, method, params }));
    let resolve;
    const whole = new Promise((done) => (resolve = done));
    (this.batches ??= []).push({ ids: new Set(requests.map(({ id }) => String(id))), resolve });
    const answers = requests.map(({ id, method, params }) => this.#expect(String(id), { method, params, floor: this.told }));
    this.socket.send(JSON.stringify(requests));
    await Promise.race([whole, this.closed.then((end) => { throw new Error(`closed with ${end.code} before the batch was answered`); })]);
    return Promise.all(answers);
  }

  /** What an answer says of the chain must not lie below what was told before the question. */
  #learn(result, call) {
    if (result === undefined || result === null) return;
    let height;
    if (call.method === 'eth_blockNumber') height = Number(BigInt(result));
    if (call.method === 'eth_getBlockByNumber' && call.params[0] === 'latest') height = Number(BigInt(result.number));
    if (height === undefined) return;
    if (this.strictHeads && height < call.floor) this.complain(`${call.method} says ${height} after block ${call.floor} was told`);
    this.told = Math.max(this.told, height);
  }

  /** A subscription: { id, kind, feed, live }. */
  async subscribe(kind, params = [], space = 'eth') {
    return this.subscriptions.get(await within(10_000, `an answer to ${space}_subscribe`, this.call(`${space}_subscribe`, [kind, ...params])));
  }

  unsubscribe({ space, id }) {
    return within(10_000, `an answer to ${space}_unsubscribe`, this.call(`${space}_unsubscribe`, [id]));
  }

  /** In the turn in which the answer arrives: the next message may be an event already. */
  #register({ method, params }, result, at) {
    const [space, verb] = method?.split('_') ?? [];
    const known = this.subscriptions.get(verb === 'subscribe' ? result : params[0]);
    if (verb === 'unsubscribe' && result === true && known) known.live = false;
    if (verb !== 'subscribe') return;
    if (!/^0x[0-9a-f]{1,32}$/.test(result)) this.complain(`a strange subscription id: ${JSON.stringify(result)}`);
    if (known) this.complain(`the subscription id ${result} a second time`);
    const subscription = { id: result, kind: params[0], params: params.slice(1), space, live: true, at, client: this };
    subscription.feed = feedOf(subscription.kind, (text) => this.complain(`${subscription.kind}: ${text}`));
    this.subscriptions.set(result, subscription);
  }

  /** Lets the kernel's buffers fill up. */
  stopReading() {
    this.socket.pause();
  }
  readOn() {
    this.socket.resume();
  }
  /** One piece of what has come every so often: at most 64 KiB. */
  readSlowly(everyMs) {
    const stream = this.socket._socket; // npm ws has no other way to see the pieces
    stream.on('data', () => this.socket.pause());
    const timer = setInterval(() => this.socket.resume(), everyMs);
    this.closed.then(() => clearInterval(timer));
  }

  async close() {
    this.socket.close();
    const timer = setTimeout(() => this.socket.terminate(), 1000);
    await this.closed;
    clearTimeout(timer);
  }
}
