// One scenario's world: its nodes, its weir, what was asked and what came back. All of it ends with it.
import { After, AfterAll, setDefaultTimeout, setWorldConstructor } from '@cucumber/cucumber';
import { Lodestars } from '../support/lodestar.js';
import { Weir, temporaryDirectory } from '../support/weir.js';

setDefaultTimeout(60_000);

class World {
  nodes = new Map(); // name → Simnode
  config = { global: {}, server: {}, metrics: {} };
  el = { primary: [], backup: [] };
  cl = [];
  endings = []; // what to stop, last first

  constructor({ attach }) {
    this.attach = attach;
    const { directory, remove } = temporaryDirectory();
    this.directory = directory;
    this.endings.push(remove);
  }

  node(name) {
    const found = this.nodes.get(name) ?? this.chain?.get(name);
    if (!found) throw new Error(`the scenario has no node ${name}`);
    return found;
  }

  wholeConfig() {
    const config = { ...this.config };
    if (this.el.primary.length > 0) config.el = { primary: this.el.primary, ...(this.el.backup.length > 0 ? { backup: this.el.backup } : {}) };
    if (this.cl.length > 0) config.cl = this.cl;
    return config;
  }

  async startWeir(options) {
    this.weir = await Weir.start(this.directory, this.wholeConfig(), options);
    this.endings.push(() => this.weir.process.kill());
    return this.weir;
  }
}
setWorldConstructor(World);

After(async function ({ result }) {
  if (result.status === 'FAILED' && this.weir) this.attach(this.weir.log.slice(-4000), 'text/plain');
  for (const end of this.endings.reverse()) await end();
});

// Two real beacon nodes take half a minute to come up: all scenarios share one pair.
let pair;
export async function lodestars() {
  if (!pair) {
    const { directory, remove } = temporaryDirectory();
    pair = { nodes: await Lodestars.start(directory), remove };
  }
  return pair.nodes;
}
AfterAll(async () => {
  if (!pair) return;
  for (const node of pair.nodes.nodes.values()) await node.process.kill();
  pair.remove();
});
