// More clients than there are places, and fewer file descriptors than weir could use.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { Then, When } from '@cucumber/cucumber';
import { freePort } from '../support/ports.js';
import { post } from '../support/http.js';
import { total } from '../support/metrics.js';
import { Process } from '../support/processes.js';
import { RawClient } from '../support/raw.js';
import { Weir, weirBinary } from '../support/weir.js';
import { pause, until } from '../support/wait.js';

/** Root could raise the limit beyond what it is given: that leave is taken away. */
const withoutLeave = process.getuid() === 0 ? 'setpriv --bounding-set=-sys_resource ' : '';

When('weir runs with at most {int} file descriptors', async function (count) {
  this.weir = new Weir(this.directory, await freePort(), this.config);
  this.weir.write(this.wholeConfig());
  this.weir.process = new Process('weir', 'sh', ['-c', `ulimit -n ${count} && exec ${withoutLeave}"$0" --config "$1"`, weirBinary, this.weir.file]);
  this.endings.push(() => this.weir.process.kill());
  await this.weir.ready();
});

/** Who has been there for that long without a word is idle (server/places.cpp); a little more. */
const settled = 350;
When('{int} clients connected a while ago', async function (count) {
  this.clients = [];
  for (let i = 0; i < count; ++i) {
    const client = await RawClient.connect(this.weir.port);
    this.clients.push(client);
    this.endings.push(() => client.close());
  }
  await pause(settled);
});

// Between head and end of a head: nothing makes such a client give up its place for two seconds.
When('clients in the middle of a request take every place', async function () {
  this.clients = [];
  await until('a further client is turned away', async () => {
    const client = await RawClient.connect(this.weir.port);
    client.send('GET /health HTTP/1.1\r\n');
    this.clients.push(client);
    this.endings.push(() => client.close());
    return (await post(this.weir.el, '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}')).status === 503;
  });
});
Then('the first of them alone has been closed', async function () {
  await until('it has been closed', () => this.clients[0].ended);
  assert.deepEqual(this.clients.map((client) => client.ended), this.clients.map((_, i) => i === 0));
});
Then(/^((?:\/\w+(?:, )?)+) are answered with (\d+)$/, async function (targets, status) {
  for (const target of targets.split(', ')) {
    const answer = await this.weir.get(target);
    assert.equal(answer.status, Number(status), `${target}: ${answer.text}`);
    assert.equal(answer.header('connection'), 'close');
  }
});
Then('the metric {word} comes to at least {float}', function (name, least) {
  return until(`${name} is at least ${least}`, async () => {
    const seen = await this.weir.metric(name);
    if (seen >= least) return true;
    throw new Error(`it is ${seen}`);
  });
});

Then('\\/metrics says {word} {int}', async function (name, value) {
  assert.equal(total(await this.weir.metrics(), name), value);
});

const open = (world) => readdirSync(`/proc/${world.weir.process.pid}/fd`).length;
const limit = (world, count) => {
  const result = spawnSync('prlimit', ['--pid', String(world.weir.process.pid), `--nofile=${count}:`], { encoding: 'utf8' });
  assert.equal(result.status, 0, result.stderr);
};
Then('weir has fewer than {int} descriptors open', function (count) {
  assert.ok(open(this) < count, `${open(this)}`);
});
When('weir may open no further descriptor', function () {
  const { pid } = this.weir.process;
  this.limitBefore = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))[1];
  // The lowest free number is what the next one gets.
  const taken = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let free = 0;
  while (taken.has(free)) ++free;
  limit(this, free);
});
When('weir may open descriptors again', function () {
  limit(this, this.limitBefore);
});
Then('weir needs less than {int} ms of processor time in the next {int} ms', async function (most, ms) {
  // Fields 14 and 15 of proc(5), in ticks of 10 ms.
  const used = () => {
    const fields = readFileSync(`/proc/${this.weir.process.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  };
  const before = used();
  await pause(ms);
  assert.ok(used() - before < most, `${used() - before} ms`);
});
