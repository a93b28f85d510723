// Names of nodes behind one address of which somebody is no good.
import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { until } from '../support/wait.js';

const answered = async (world) => Promise.all([...world.nodes.values()].map(async (node) => ({ node, requests: (await node.stats()).el.requests })));

/** The one of two nodes that gets the calls, and the other. Checks are few beside them. */
async function whoServes(world) {
  const before = await answered(world);
  let most;
  await until('somebody gets calls', async () => {
    const gained = (await answered(world)).map(({ node, requests }, i) => ({ node, count: requests - before[i].requests }));
    gained.sort((a, b) => b.count - a.count);
    most = gained;
    return gained[0].count >= 10 && gained[0].count > 3 * gained[1].count;
  });
  return { serving: most[0].node, other: most[1].node };
}

When(/^the one that serves gets the fault (\w+)(?: (\{.*\}))?$/, async function (kind, details) {
  Object.assign(this, await whoServes(this));
  await this.serving.fault('el', kind, details ? JSON.parse(details) : {});
});
Then('the other one serves within {int} seconds', async function (seconds) {
  const begun = performance.now();
  await until('the other one serves', async () => (await whoServes(this)).serving === this.other);
  assert.ok(performance.now() - begun < seconds * 1000, `${performance.now() - begun} ms`);
  [this.serving, this.other] = [this.other, this.serving];
});
When('the other one is well again', function () {
  return this.other.clear();
});
