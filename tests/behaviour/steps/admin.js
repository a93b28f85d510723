// weir's own pages, its logs and its end.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { Given, Then, When } from '@cucumber/cucumber';
import { freePort } from '../support/ports.js';
import { parseMetrics, total } from '../support/metrics.js';
import { post, request } from '../support/http.js';
import { RawClient } from '../support/raw.js';
import { until, within } from '../support/wait.js';

const keys = (text) => text.split(/[\s,|]+/).filter((key) => key !== '').sort();

Then('the answer is {int} with the type {string}', function (status, type) {
  assert.deepEqual([this.answer.status, this.answer.header('content-type')], [status, type], this.answer.text);
});
Then('soon {word} answers {int}', async function (target, status) {
  await until(`${target} answers ${status}`, async () => {
    this.answer = await this.weir.get(target);
    if (this.answer.status === status) return true;
    throw new Error(`HTTP ${this.answer.status} ${this.answer.text}`);
  });
});
Then('\\/status holds the keys {}', async function (text) {
  assert.deepEqual(Object.keys(await this.weir.status()).sort(), keys(text));
});
Then('each of its {word} holds the keys {}', async function (list, text) {
  const nodes = (await this.weir.status())[list];
  assert.ok(nodes.length > 0);
  for (const node of nodes) assert.deepEqual(Object.keys(node).sort(), keys(text));
});
Then('{string} on \\/status has', async function (name, table) {
  const wanted = Object.fromEntries(table.raw().map(([key, value]) => [key, JSON.parse(value)]));
  await until(`${name} on /status is as wanted`, async () => {
    const node = await this.weir.node(name);
    assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((key) => [key, node[key]])), wanted);
    return true;
  });
});
Then('{word} on \\/status is {}', async function (key, value) {
  assert.deepEqual((await this.weir.status())[key], JSON.parse(value));
});

// Metrics.
Given("the metrics have a port of their own", async function () {
  this.config.metrics.port = await freePort();
});
Then('the metrics are on that port and nothing else is', async function () {
  const at = (target) => request(`http://127.0.0.1:${this.config.metrics.port}${target}`);
  assert.equal((await at('/metrics')).status, 200);
  for (const target of ['/status', '/health', '/cl/eth/v1/node/health', '/el']) assert.equal((await at(target)).status, 404, target);
});
Then('the metric {word} with {} is {float}', async function (name, labels, value) {
  await until(`${name} with ${labels} is ${value}`, async () => {
    const seen = await this.weir.metric(name, JSON.parse(labels));
    if (seen === value) return true;
    throw new Error(`it is ${seen}`);
  });
});
Then('there are the metrics', async function (table) {
  const { text } = await this.weir.get('/metrics');
  const samples = parseMetrics(text);
  for (const { name, labels, type } of table.hashes()) {
    const full = `${this.weir.metricsPrefix}_${name}`;
    assert.ok(text.includes(`# TYPE ${full} ${type}\n`), `# TYPE ${full} ${type}`);
    const sample = samples.find((one) => one.name === (type === 'histogram' ? `${full}_count` : full));
    assert.ok(sample, full);
    assert.deepEqual(Object.keys(sample.labels).sort(), keys(labels), full);
  }
});
Then('every metric begins with {string} or {string}', async function (one, other) {
  const samples = parseMetrics((await this.weir.get('/metrics')).text);
  assert.ok(samples.length > 50);
  assert.deepEqual(samples.map(({ name }) => name).filter((name) => !name.startsWith(one) && !name.startsWith(other)), []);
});
Then('promtool has nothing to say about the metrics', async function () {
  const { text } = await this.weir.get('/metrics');
  const result = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8', timeout: 10_000 });
  assert.deepEqual({ status: result.status, said: result.stdout + result.stderr }, { status: 0, said: '' });
});
Then('the attempts that \\/metrics counts grow by {int} at {string} and {int} at {string} when I call eth_chainId', async function (first, a, second, b) {
  const counts = async () => {
    const samples = await this.weir.metrics();
    return [a, b].map((node) => total(samples, 'weir_el_requests_total', { node }));
  };
  const before = await counts();
  assert.equal((await post(this.weir.el, '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}')).status, 200);
  const after = await counts();
  assert.deepEqual(after.map((count, i) => count - before[i]), [first, second]);
});

// The page for people.
Then('the page stands on its own and asks for \\/status', function () {
  const html = this.answer.text;
  assert.match(html, /^<!doctype html>/i);
  assert.match(html, /fetch\(["']\/?status["']/);
  assert.deepEqual(html.match(/(?:src|href)=["']?(?:https?:)?\/\/[^"' >]+/g), null);
});

// Logs.
Then('every log line is JSON with the keys ts, level and msg', async function () {
  assert.ok(this.weir.logLines.length > 0);
  for (const line of this.weir.logLines) {
    const event = JSON.parse(line);
    assert.match(event.ts, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(event.level, /^(trace|debug|info|warn|error)$/);
    assert.equal(typeof event.msg, 'string');
  }
});
Then('the log has exactly one event about {string} with the reason {string}', async function (name, reason) {
  const events = () => this.weir.logLines.map((line) => JSON.parse(line)).filter((event) => event.node === name && event.reason === reason);
  await until('the event is in the log', () => events().length > 0);
  assert.equal(events().length, 1);
});
Then('the log has no line', function () {
  assert.equal(this.weir.log, '');
});
Then('{int} line(s) of the log hold(s) {string}', async function (count, text) {
  const lines = () => this.weir.logLines.filter((line) => line.includes(text)).length;
  await until('the log has them', () => lines() >= count); // it is written by a thread of its own
  assert.equal(lines(), count, this.weir.log);
});
When('I call eth_chainId {int} times', async function (times) {
  for (let i = 0; i < times; ++i) assert.equal((await post(this.weir.el, '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}')).status, 200);
});

// The end.
When('a call of {word} is under way', async function (method) {
  const params = method === 'eth_getBalance' ? ['0x0000000000000000000000000000000000000001', 'latest'] : [];
  this.underWay = post(this.weir.el, JSON.stringify({ jsonrpc: '2.0', id: 'last', method, params }));
  this.underWay.catch(() => {});
  await until('the call is at a node', async () => {
    const counts = await Promise.all([...this.nodes.values()].map(async (node) => (await node.stats()).el.by_method[method] ?? 0));
    return counts.some((count) => count > 0);
  });
});
Then('the call under way is answered with {}', async function (text) {
  const answer = await within(10_000, 'the answer', this.underWay);
  assert.equal(answer.status, 200, answer.text);
  assert.ok(answer.text.includes(text), answer.text);
  assert.equal(answer.header('connection'), 'close');
});
Then('the call under way is cut off', async function () {
  await assert.rejects(within(10_000, 'the end of the call', this.underWay), /socket hang up|ECONNRESET|aborted|cut off/);
});
Then('no new connection is taken', async function () {
  await until('the port is closed', async () => {
    try {
      (await RawClient.connect(this.weir.port)).close();
      return false;
    } catch (error) {
      assert.equal(error.code, 'ECONNREFUSED');
      return true;
    }
  });
});
Then('weir has not ended yet', function () {
  assert.equal(this.weir.process.running, true);
});

// The commands.
Then('it prints a table with the columns {} and the rows', function (columns, rows) {
  const [head, ...lines] = this.output.trimEnd().split('\n');
  const titles = columns.split(', ');
  assert.deepEqual(head.split(/\s{2,}/), titles);
  const starts = titles.map((title) => head.search(`(?<!\\S)${title}(?!\\S)`));
  const cells = lines.map((line) => starts.map((start, k) => line.slice(start, starts[k + 1]).trim()));
  for (const [i, row] of rows.raw().entries()) {
    for (const [k, wanted] of row.entries()) {
      if (wanted === '') continue;
      if (wanted.startsWith('~')) assert.ok(lines[i].includes(wanted.slice(1)), lines[i]);
      else assert.equal(cells[i][k], wanted, lines[i]);
    }
  }
  assert.equal(lines.length, rows.raw().length, this.output);
});
