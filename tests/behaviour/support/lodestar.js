// Real CL nodes: two Lodestars on one network of their own. "first" holds most validators, "second" the
// others. How it is installed: tests/behaviour/run.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NodeProcess, Process } from './processes.js';
import { freePort } from './ports.js';
import { request } from './http.js';
import { until } from './wait.js';

const home = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../beacon');
const binary = path.join(home, 'node_modules/.bin/lodestar');

class Lodestar extends NodeProcess {
  constructor(fields) {
    super();
    Object.assign(this, fields);
  }
}

export class Lodestars {
  static async start(directory) {
    if (!existsSync(binary)) throw new Error(`Lodestar is not installed in ${home}: tests/behaviour/run installs it`);
    const pair = new Lodestars();
    // Genesis lies ahead far enough for both to be up by then.
    const genesis = Math.floor(Date.now() / 1000) + 14;
    for (const [name, validators] of [['first', '0..5'], ['second', '6..7']]) {
      const [rest, p2p] = [await freePort(), await freePort()];
      const data = path.join(directory, name);
      mkdirSync(data);
      const clUrl = `http://127.0.0.1:${rest}`;
      pair.nodes.set(name, new Lodestar({
        name, clUrl, p2p,
        process: new Process(`lodestar ${name}`, process.execPath, [
          binary, 'dev', '--preset', 'minimal', '--params.SECONDS_PER_SLOT', '2', '--params.ALTAIR_FORK_EPOCH', '0',
          '--genesisValidators', '8', '--startValidators', validators, '--genesisTime', String(genesis), '--reset', '--dataDir', data,
          '--rest', '--rest.address', '127.0.0.1', '--rest.port', String(rest), '--rest.namespace', '*', '--execution.engineMock', '--eth1', 'false',
          '--port', String(p2p), '--server', clUrl,
        ], { cwd: directory }),
      }));
    }
    await pair.#connect();
    return pair;
  }

  nodes = new Map();

  get(name) {
    return this.nodes.get(name);
  }

  async #connect() {
    const first = this.get('first');
    const second = this.get('second');
    const identity = await until('the first Lodestar answers', () => this.#json(first, '/eth/v1/node/identity'), { within: 60000, every: 100 });
    await until('the second Lodestar answers', () => this.#json(second, '/eth/v1/node/identity'), { within: 60000, every: 100 });
    const address = encodeURIComponent(`/ip4/127.0.0.1/tcp/${first.p2p}`);
    await until('the Lodestars are connected', async () => {
      const target = `/eth/v1/lodestar/connect_peer?peerId=${identity.data.peer_id}&multiaddr=${address}`;
      const answer = await request(second.clUrl + target, { method: 'POST' });
      if (answer.status !== 200) throw new Error(`HTTP ${answer.status} ${answer.text}`);
      return true;
    }, { within: 20000, every: 200 });
    await until('both Lodestars have the same block', async () => {
      const heads = await Promise.all([first, second].map((node) => this.#json(node, '/eth/v1/beacon/headers/head')));
      return Number(heads[0].data.header.message.slot) >= 1 && heads[0].data.root === heads[1].data.root;
    }, { within: 60000, every: 100 });
  }

  async #json(node, target) {
    node.process.mustRun();
    const answer = await request(node.clUrl + target);
    if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
    return answer.json();
  }

  /** SIGKILL: on SIGTERM a Lodestar lingers. */
  async kill() {
    await Promise.all([...this.nodes.values()].map((node) => node.kill()));
  }
}
