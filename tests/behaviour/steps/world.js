// One scenario's world: its nodes, its weir, what was asked and what came back. All of it ends with it.
import { After, AfterAll, setDefaultTimeout, setWorldConstructor } from '@cucumber/cucumber';
import { Lodestars } from '../support/lodestar.js';
import { Simnode } from '../support/simnode.js';
import { Bare, Weir, bare, temporaryDirectory } from '../support/weir.js';

setDefaultTimeout(60_000);

class World {
  nodes = new Map(); // by name: Simnode, or an anvil or a Lodestar
  config = { global: {}, server: {}, admin: {}, metrics: {} };
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
    const found = this.nodes.get(name);
    if (!found) throw new Error(`the scenario has no node ${name}`);
    return found;
  }

  async addSimnode(name, options = {}) {
    const node = await Simnode.start(name, options);
    this.nodes.set(name, node);
    this.endings.push(() => node.kill());
    return node;
  }

  wholeConfig() {
    const config = { ...this.config };
    if (this.el.primary.length > 0) config.el = { primary: this.el.primary, ...(this.el.backup.length > 0 ? { backup: this.el.backup } : {}) };
    if (this.cl.length > 0) config.cl = this.cl;
    return config;
  }

  async startWeir(options) {
    if (bare) return (this.weir = new Bare((this.simchain ?? this.chain).immortal));
    this.weir = await Weir.start(this.directory, this.wholeConfig(), { place: this.place, ...options });
    this.endings.push(() => this.weir.process.kill());
    return this.weir;
  }
}
setWorldConstructor(World);

After(async function ({ result }) {
  const died = this.weir && !this.weir.process.running && !this.weirMayEnd ? this.weir.process.result : undefined;
  if (this.weir && (died || result.status === 'FAILED')) this.attach(this.weir.log.slice(-4000), 'text/plain');
  for (const end of this.endings.reverse()) await end();
  if (died) throw new Error(`weir ended in the middle of the scenario: ${died.signal ?? `exit code ${died.code}`}`);
});

// Two real beacon nodes take a quarter of a minute to come up: all scenarios share one pair.
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
  await pair.nodes.kill();
  pair.remove();
});
