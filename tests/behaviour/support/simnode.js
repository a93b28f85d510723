// The controllable fake node, tests/simnode: one process is an EL node, a CL node and a control port.
import { NodeProcess, Process } from './processes.js';
import { freePort } from './ports.js';
import { request, jsonHeaders } from './http.js';
import { simnodeBinary } from './weir.js';
import { until } from './wait.js';

export class Simnode extends NodeProcess {
  /**
   * Without `blockTimeMs` the chain moves only by advance() and set(). With `place` (namespaces.js) it is there, and
   * `address` is how others reach it.
   */
  static async start(name, options = {}) {
    const node = new Simnode(name, options);
    await node.take();
    return node;
  }

  /** Ports for its whole life, through deaths too, and the first run. */
  async take() {
    this.ports = { el: await freePort(), cl: await freePort(), control: await freePort() };
    if (this.options.place) await this.options.place.forward(this.ports.control);
    await this.run();
  }

  constructor(name, options) {
    super();
    this.name = name;
    this.options = { chainId: 1, seed: 1, blockTimeMs: 0, head: 100, ...options };
  }

  async run() {
    const { chainId, seed, blockTimeMs, genesisTime, tls, clientVersion, emptyBlooms, head, nullRounds, place } = this.options;
    const args = [
      '--el-port', this.ports.el, '--cl-port', this.ports.cl, '--control-port', this.ports.control,
      '--chain-id', chainId, '--seed', seed, '--block-time-ms', blockTimeMs,
    ];
    if (place) args.push('--host', '::');
    if (nullRounds !== undefined) args.push('--null-rounds', nullRounds);
    if (genesisTime !== undefined) args.push('--genesis-time', genesisTime);
    if (clientVersion !== undefined) args.push('--client-version', clientVersion);
    if (emptyBlooms) args.push('--empty-blooms');
    if (tls) args.push('--tls-cert', tls.cert, '--tls-key', tls.key);
    this.secure = tls !== undefined;
    this.process = new Process(`simnode ${this.name}`, simnodeBinary, args.map(String), { through: place?.through });
    await until(`simnode ${this.name} is ready`, () => {
      this.process.mustRun();
      return this.process.stdout.includes('"ready":true');
    });
    if (this.bornWith) await this.fault(...this.bornWith); // before it has any block to tell of
    if (blockTimeMs === 0) await this.set(head);
  }

  get scheme() {
    return this.secure ? 'https' : 'http';
  }
  get elUrl() {
    return `${this.scheme}://${this.options.address ?? '127.0.0.1'}:${this.ports.el}`;
  }
  get wsUrl() {
    return this.elUrl.replace('http', 'ws');
  }
  get clUrl() {
    return `${this.scheme}://${this.options.address ?? '127.0.0.1'}:${this.ports.cl}`;
  }

  async control(method, target, body) {
    const answer = await request(`http://127.0.0.1:${this.ports.control}${target}`, {
      method, body: body === undefined ? undefined : JSON.stringify(body), headers: body === undefined ? [] : jsonHeaders,
    });
    if (answer.status !== 200) throw new Error(`simnode ${method} ${target} ${JSON.stringify(body)}: HTTP ${answer.status} ${answer.text}`);
    return answer.text === '' ? {} : answer.json();
  }

  /** `layer`: "el", "cl", "both" or "ws". */
  fault(layer, kind, details = {}) {
    return this.control('POST', '/fault', { layer, kind, ...details });
  }
  clear() {
    return this.control('POST', '/clear', {});
  }
  advance(blocks) {
    return this.control('POST', '/advance', { blocks });
  }
  reorganise(depth) {
    return this.control('POST', '/reorg', { depth });
  }
  set(head) {
    return this.control('POST', '/set', { head });
  }
  stats() {
    return this.control('GET', '/stats');
  }
  resetStats() {
    return this.control('POST', '/reset_stats', {});
  }
  dropSockets(layer = 'both') {
    return this.control('POST', '/drop_sockets', { layer });
  }
}
