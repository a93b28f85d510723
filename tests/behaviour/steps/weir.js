import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { run } from '../support/processes.js';
import { within, until } from '../support/wait.js';

// `max_retries = 1` and the like, in [global] unless a table is named: `server.idle_timeout_ms = 100`.
Given(/^the setting (?:(\w+)\.)?(\w+) = (.+)$/, function (table, key, value) {
  this.config[table ?? 'global'][key] = JSON.parse(value);
});

When('weir runs', function () {
  return this.startWeir();
});
When('weir runs with {string}', function (args) {
  return this.startWeir({ args: args.split(' ') });
});

Then('{string} is fit', function (name) {
  return this.weir.seesNode(name, 'is fit', (node) => node.is_healthy);
});
Then('{string} is unfit because of {string}', function (name, reason) {
  return this.weir.seesNode(name, `is unfit because of "${reason}"`, (node) => !node.is_healthy && node.reason.includes(reason));
});
Then('{string} has stayed fit', async function (name) {
  assert.equal((await this.weir.node(name)).is_healthy, true);
  assert.ok(!this.weir.logLines.some((line) => line.includes('became unfit') && line.includes(`node=${name} `)), this.weir.log);
});
Then('{string} became unfit {int} time(s) in the log', async function (name, times) {
  const lines = this.weir.logLines.filter((line) => line.includes('became unfit') && line.includes(`node=${name} `));
  assert.equal(lines.length, times, this.weir.log);
});
async function checks(world, name) {
  const layer = (await world.weir.status()).el_nodes.some((node) => node.name === name) ? 'el' : 'cl';
  return world.weir.metric(`${layer}_health_check_duration_seconds_count`, { node: name });
}
Then('{string} was checked at least {int} times more', async function (name, times) {
  const count = () => checks(this, name);
  const before = await count();
  await until(`${times} more checks of ${name}`, async () => (await count()) >= before + times);
});
When('the checks of {string} are counted', async function (name) {
  this.checksBefore = await checks(this, name);
});
Then('{string} was checked no more than {int} time(s) since', async function (name, times) {
  const since = (await checks(this, name)) - this.checksBefore;
  assert.ok(since <= times, `${since} checks`);
});

Then('the metric {word} is {float}', async function (name, value) {
  await until(`${name} is ${value}`, async () => {
    const seen = await this.weir.metric(name);
    if (seen === value) return true;
    throw new Error(`it is ${seen}`);
  });
});
Then('the metric {word} comes down to at most {float}', function (name, most) {
  return until(`${name} is at most ${most}`, async () => {
    const seen = await this.weir.metric(name);
    if (seen <= most) return true;
    throw new Error(`it is ${seen}`);
  });
});
Then('the metric {word} of {string} is {float}', async function (name, node, value) {
  assert.equal(await this.weir.metric(name, { node }), value);
});

Then('the metric {word} with {word} {string} is at least {float}', async function (name, label, text, least) {
  await until(`${name} is at least ${least}`, async () => {
    const seen = await this.weir.metric(name, { [label]: text });
    if (seen >= least) return true;
    throw new Error(`it is ${seen}`);
  });
});

When('I send weir SIG{word}', function (signal) {
  this.weirMayEnd = signal !== 'HUP';
  this.weir.process.signal(`SIG${signal}`);
});
Then('weir ends with exit code {int}', async function (code) {
  const result = await within(10_000, 'the end of weir', this.weir.process.exit);
  assert.deepEqual({ code: result.code, signal: result.signal }, { code, signal: null }, this.weir.log);
});
Then('the log says {string}', async function (text) {
  await until(`the log says "${text}"`, () => this.weir.log.includes(text));
});
Then('nothing that weir says holds {string}', async function (secret) {
  const pages = await Promise.all(['/status', '/metrics', '/'].map((target) => this.weir.get(target)));
  for (const said of [this.weir.log, this.output ?? '', ...pages.map((page) => page.text)]) assert.ok(!said.includes(secret), said);
});


// The program without a server: `weir check` and the like.
export async function runCommand(world, args, env) {
  const { weirBinary } = await import('../support/weir.js');
  const result = await run('weir', weirBinary, args, { env, timeout: 15_000 });
  world.exitCode = result.code;
  world.output = result.stdout + result.stderr;
}
