// The binary under test: its configuration file, its life, and what it says of itself.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Process } from './processes.js';
import { freePort } from './ports.js';
import { request } from './http.js';
import { parseMetrics, total } from './metrics.js';
import { toToml } from './toml.js';
import { until } from './wait.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const weirBinary = path.resolve(root, process.env.WEIR_BINARY ?? 'build/release/weir');
export const simnodeBinary = path.resolve(root, process.env.SIMNODE_BINARY ?? 'build/release/simnode');

/** A directory of its own for each scenario, removed at its end. */
export function temporaryDirectory() {
  const directory = mkdtempSync(path.join(tmpdir(), 'weir-behaviour-'));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** What the tests change of the defaults: quick checks, so that nobody waits for whole seconds. */
export const quick = { health_check_interval_ms: 100, health_check_timeout_ms: 1000 };

export class Weir {
  /**
   * `config` as for toToml(). `ready: false` returns as soon as the process is started. `place`: where it runs
   * (namespaces.js); it is called from here all the same.
   */
  static async start(directory, config, { args = [], env = {}, ready = true, place } = {}) {
    const port = await freePort();
    if (place) await place.forward(port);
    const weir = new Weir(directory, port, config);
    weir.write(config);
    weir.process = new Process('weir', weirBinary, ['--config', weir.file, ...args], { env, through: place?.through });
    if (ready) await weir.ready();
    return weir;
  }

  constructor(directory, port, config) {
    this.directory = directory;
    this.port = port;
    this.file = path.join(directory, `weir-${port}.toml`);
    this.secure = config.server?.tls_cert !== undefined;
  }

  write(config) {
    const whole = {
      ...config,
      server: { listen: `127.0.0.1:${this.port}`, workers: 2, ...config.server },
      global: { ...quick, ...config.global },
    };
    this.metricsPort = whole.metrics?.port;
    this.metricsPrefix = whole.metrics?.prefix ?? 'weir';
    writeFileSync(this.file, toToml(whole));
  }

  get url() {
    return `${this.secure ? 'https' : 'http'}://127.0.0.1:${this.port}`;
  }
  get el() {
    return `${this.url}/el`;
  }
  get cl() {
    return `${this.url}/cl`;
  }
  get ws() {
    return `${this.el.replace('http', 'ws')}/ws`;
  }
  get log() {
    return this.process.stderr;
  }
  get logLines() {
    return this.log.split('\n').filter((line) => line !== '');
  }

  get(target, options = {}) {
    return request(this.url + target, { tls: this.secure ? { rejectUnauthorized: false } : {}, ...options });
  }

  /** Up, and every node checked once. */
  async ready() {
    await until('weir answers /health', async () => {
      this.process.mustRun();
      return (await this.get('/health')).status === 200;
    });
    await this.sees('weir has checked every node', ({ el_nodes = [], cl_nodes = [] }) =>
      [...el_nodes, ...cl_nodes].every((node) => node.reason !== 'not checked yet'));
  }

  /**
   * Waits until `holds` is true of /status, whichever worker is asked: each learns of a change by itself, so one
   * answer says nothing of the next request's worker. A new connection goes to any of them.
   */
  sees(what, holds) {
    return until(what, async () => {
      for (let i = 0; i < 8; ++i) {
        if (!holds(await this.status())) return false;
      }
      return true;
    });
  }
  /** The same for a node's line of it. */
  seesNode(name, what, holds) {
    return this.sees(`${name} ${what}`, ({ el_nodes = [], cl_nodes = [] }) => {
      const node = [...el_nodes, ...cl_nodes].find((one) => one.name === name);
      if (node && holds(node)) return true;
      throw new Error(JSON.stringify(node));
    });
  }

  async status() {
    const answer = await this.get('/status');
    if (answer.status !== 200) throw new Error(`/status: HTTP ${answer.status}`);
    return answer.json();
  }

  /** A node's line of /status. */
  async node(name) {
    const { el_nodes = [], cl_nodes = [] } = await this.status();
    const found = [...el_nodes, ...cl_nodes].find((node) => node.name === name);
    if (!found) throw new Error(`no node ${name} on /status`);
    return found;
  }

  async metrics() {
    const url = this.metricsPort ? `http://127.0.0.1:${this.metricsPort}` : this.url;
    const answer = await request(`${url}/metrics`, { tls: this.secure ? { rejectUnauthorized: false } : {} });
    if (answer.status !== 200) throw new Error(`/metrics: HTTP ${answer.status}`);
    return parseMetrics(answer.text);
  }

  /** The value of a metric, named without its prefix. */
  async metric(name, labels) {
    return total(await this.metrics(), `${this.metricsPrefix}_${name}`, labels);
  }

  /** Kilobytes: { rss, peak }. */
  memory() {
    const text = readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
    const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)[1]);
    return { rss: field('VmRSS'), peak: field('VmHWM') };
  }

  /** Makes the peak start over from what is in use now. */
  resetPeak() {
    writeFileSync(`/proc/${this.process.pid}/clear_refs`, '5');
  }
}

/**
 * With WEIR_BARE=1 there is no weir: clients speak to a node that never dies. What a scenario expects of
 * a client's view must hold there too, or the scenario is wrong. Scenarios on weir itself are tagged @weir.
 */
export const bare = process.env.WEIR_BARE === '1';
export class Bare {
  constructor(node) {
    this.el = node.elUrl;
    this.ws = node.wsUrl;
    this.process = { running: true, kill() {}, signal() {} };
    this.log = '';
    this.logLines = [];
  }
  node() {
    return { is_healthy: true };
  }
  seesNode() {}
  metric() {
    return 0;
  }
  write() {}
}
