// What an application notices when nodes die under load: nothing.
import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { Traffic, clReads, elReads } from '../support/traffic.js';
import { post, request } from '../support/http.js';
import { pause, until } from '../support/wait.js';

/** Looks at /status and /metrics again and again: who was fit, and how many requests each node had got. */
class Observer {
  samples = []; // { at, fit: Set of names, counts: Map from name to requests }
  constructor(weir, layer) {
    this.weir = weir;
    this.layer = layer;
    this.watching = this.#watch();
    this.watching.catch(() => {});
  }
  async #watch() {
    while (!this.stopped) {
      await this.look();
      await pause(20);
    }
  }
  async look() {
    const samples = await this.weir.metrics();
    const of = (name) => samples.filter((sample) => sample.name === `weir_${this.layer}_${name}`);
    const sample = {
      at: performance.now(),
      fit: new Set(of('node_healthy').filter(({ value }) => value === 1).map(({ labels }) => labels.node)),
      counts: new Map(of('requests_total').map(({ labels, value }) => [labels.node, value])),
    };
    this.samples.push(sample);
    return sample;
  }
  async stop() {
    this.stopped = true;
    await this.watching;
  }
}

async function begin(world, layer, calls, perSecond) {
  world.observer = new Observer(world.weir, layer);
  world.traffic = new Traffic(calls, perSecond).start();
  world.endings.push(() => world.observer.stop(), () => world.traffic.stop());
}
When('viem sends {int} mixed reads per second through weir', function (perSecond) {
  return begin(this, 'el', elReads(this.weir.el), perSecond);
});
When('{int} reads of the Beacon API per second go through weir', function (perSecond) {
  return begin(this, 'cl', clReads(this.weir.cl), perSecond);
});

// A whole window of requests to that node and none to another.
async function allGoTo(world, name, count) {
  const { observer } = world;
  let from = await observer.look();
  return until(`all of ${count} requests go to ${name}`, async () => {
    const now = await observer.look();
    const grown = new Map([...now.counts].map(([node, value]) => [node, value - (from.counts.get(node) ?? 0)]));
    if ([...grown].some(([node, more]) => node !== name && more > 0)) {
      from = now;
      throw new Error(JSON.stringify([...grown]));
    }
    return grown.get(name) >= count;
  }, { within: 20_000, every: 20 });
}
Then('all of {int} requests go to {string}', function (count, name) {
  return allGoTo(this, name, count);
});
Then('{string} has got no request so far', async function (name) {
  assert.equal((await this.observer.look()).counts.get(name), 0);
});
When('{string} is killed with SIGKILL', function (name) {
  return this.chain ? this.chain.killNine(name) : this.node(name).kill();
});
When('{string} is stopped with SIGSTOP', async function (name) {
  await (this.chain ? this.chain.suspend(name) : this.node(name).suspend());
  this.outage = performance.now();
});
When('{string} is brought back', async function (name) {
  if (this.chain) await this.chain.bringBack(name);
  else if (this.node(name).process.running) this.node(name).resume();
  else await this.node(name).run();
  this.back = performance.now(); // it has the whole chain and answers
});
Then('within two health intervals of its fitness all of {int} requests go to {string}', async function (count, name) {
  await allGoTo(this, name, count);
  const interval = this.config.global.health_check_interval_ms;
  const { samples } = this.observer;
  const after = samples.filter((sample) => sample.at >= this.back);
  const fit = after.find((sample) => sample.fit.has(name));
  const others = (sample) => [...sample.counts].reduce((sum, [node, value]) => sum + (node === name ? 0 : value), 0);
  const last = others(after.at(-1));
  const settled = after.find((sample) => others(sample) === last);
  this.attach(`fit ${Math.round(fit.at - this.back)} ms after it was back, all requests there after ${Math.round(settled.at - this.back)} ms`, 'text/plain');
  // It proves itself by two good checks in a row, the first of which may be one interval away; a check takes its time.
  assert.ok(fit.at - this.back <= 3 * interval, `fit only after ${fit.at - this.back} ms`);
  const changes = after.filter((sample, i) => i > 0 && sample.fit.has(name) !== after[i - 1].fit.has(name));
  const story = changes.map((sample) => `${sample.fit.has(name) ? 'fit' : 'unfit'} at ${Math.round(sample.at - this.back)} ms`).join(', ');
  assert.ok(settled.at - fit.at <= 2 * interval, `others were used for another ${Math.round(settled.at - fit.at)} ms; it was ${story}`);
  this.returned = settled.at;
});
Then('{string} was used only while no primary was fit', function (backup) {
  const { samples } = this.observer;
  for (let i = 1; i < samples.length; ++i) {
    const [before, now] = [samples[i - 1], samples[i]];
    const used = now.counts.get(backup) > before.counts.get(backup);
    // From the stop of the last primary on, its requests already move on to the backup.
    const outage = now.at >= this.outage && before.at <= this.returned;
    assert.ok(!used || outage, `${now.counts.get(backup) - before.counts.get(backup)} requests at ${now.at}, outside ${this.outage} to ${this.returned}`);
    // Requests that were under way to the backup when a primary became fit may end there.
    const settled = samples.filter(({ at }) => at <= before.at && at >= before.at - 500);
    const primary = [...now.fit].find((name) => name !== backup && settled.every(({ fit }) => fit.has(name)));
    // What a primary that is still replaying its chain cannot answer rightly moves on to the backup.
    const stopped = before.at < this.back && now.at >= this.outage;
    assert.ok(!used || stopped || !primary, `${now.counts.get(backup) - before.counts.get(backup)} requests of the backup ended while ${primary} was fit, ${Math.round(now.at - this.outage)} ms after the stop, ${Math.round(now.at - this.back)} ms after the return`);
  }
  assert.ok(samples.at(-1).counts.get(backup) > 0, 'the backup was used at all');
});
Then('of at least {int} requests none has failed', async function (least) {
  await this.traffic.stop();
  await this.observer.stop();
  const { answers, failed, slowest, perSecond } = this.traffic;
  this.attach(`${answers.length} requests at ${perSecond.toFixed(0)} per second, ${failed.length} failed, the slowest took ${slowest.toFixed(0)} ms`, 'text/plain');
  assert.deepEqual(failed.map(({ name, error, begun }) => `${name} at ${Math.round(begun - this.traffic.begun)} ms: ${error.message}`), []);
  assert.ok(answers.length >= least, `only ${answers.length} requests`);
  assert.ok(perSecond > 150, `only ${perSecond} per second`);
});
Then('no request took longer than {int} ms', function (most) {
  assert.ok(this.traffic.slowest <= most, `one took ${this.traffic.slowest} ms`);
});
Then('no block number went backwards', function () {
  const numbers = this.traffic.answers.filter(({ name, error }) => name === 'eth_blockNumber' && error === undefined);
  let told = 0n; // the highest that had been told before the request began
  const byEnd = [...numbers].sort((a, b) => a.ended - b.ended);
  let next = 0;
  for (const answer of [...numbers].sort((a, b) => a.begun - b.begun)) {
    while (byEnd[next].ended < answer.begun) {
      if (byEnd[next].value > told) told = byEnd[next].value;
      next += 1;
    }
    assert.ok(answer.value >= told, `${answer.value} after ${told}`);
  }
});

Given('beacon nodes with a slot every {int} ms, {string}, {string} and {string}', async function (ms, first, second, third) {
  const genesisTime = Date.now() - 100 * ms;
  for (const name of [first, second, third]) {
    const node = await this.addSimnode(name, { blockTimeMs: ms, genesisTime });
    this.cl.push({ name, url: node.clUrl });
  }
});
Given('execution nodes at the blocks', async function (table) {
  for (const [name, head] of table.raw()) {
    const node = await this.addSimnode(name, { head: Number(head) });
    this.el.primary.push({ name, http_url: node.elUrl });
  }
});

When('weir is started up to {int} times while its nodes are up', async function (times) {
  const { Weir } = await import('../support/weir.js');
  const body = '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"}';
  this.firstServed = [];
  while (this.firstServed.length < times && !this.firstServed.some((ms) => ms <= 300)) {
    await this.weir?.process.kill();
    const begun = performance.now();
    this.weir = await Weir.start(this.directory, this.wholeConfig(), { ready: false });
    const { process } = this.weir;
    this.endings.push(() => process.kill());
    await until('the first request is served', async () => {
      process.mustRun();
      return (await post(this.weir.el, body)).status === 200;
    }, { every: 2 });
    this.firstServed.push(performance.now() - begun);
  }
});
Then('the first request is served within {int} ms of its start', function (ms) {
  assert.ok(Math.min(...this.firstServed) <= ms, `${this.firstServed} ms`);
});

When('{int} clients each ask for {word} at once', async function (count, target) {
  this.answers = await Promise.all(Array.from({ length: count }, () => request(this.weir.cl + target)));
});
Then('each is answered {int} within {int} ms', function (status, ms) {
  for (const answer of this.answers) {
    assert.equal(answer.status, status, answer.text);
    assert.ok(answer.ms <= ms, `${answer.ms} ms`);
  }
});
