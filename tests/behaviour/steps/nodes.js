import { Given, When } from '@cucumber/cucumber';

const names = (text) => [...text.matchAll(/"([^"]+)"/g)].map((match) => match[1]);

Given(/^(primary|backup) nodes? (".*")$/, async function (tier, list) {
  for (const name of names(list)) {
    const node = await this.addSimnode(name);
    this.el[tier].push({ name, http_url: node.elUrl });
  }
});

Given(/^beacon nodes? (".*")$/, async function (list) {
  for (const name of names(list)) {
    const node = await this.addSimnode(name);
    this.cl.push({ name, url: node.clUrl });
  }
});

Given(/^beacon nodes (".*") at slot (\d+)$/, async function (list, slot) {
  for (const name of names(list)) {
    const node = await this.addSimnode(name, { head: Number(slot) });
    this.cl.push({ name, url: node.clUrl });
  }
});

Given('a beacon node {string} at slot {int} of another fork', async function (name, slot) {
  const node = await this.addSimnode(name, { head: slot, seed: 2 });
  this.cl.push({ name, url: node.clUrl });
});

Given('a primary node {string} on chain {int}', async function (name, chainId) {
  const node = await this.addSimnode(name, { chainId });
  this.el.primary.push({ name, http_url: node.elUrl });
});

Given('a primary node {string} where nothing listens', function (name) {
  this.el.primary.push({ name, http_url: 'http://127.0.0.1:1' });
});

Given('a primary node {string} at {word}', function (name, url) {
  this.el.primary.push({ name, http_url: url });
});

Given('a fake node {string}', function (name) {
  return this.addSimnode(name);
});

// "lag {"blocks": 9}" and the like; the kinds are in tests/simnode/README.md.
const layers = { EL: 'el', CL: 'cl' };
async function fault(layer, name, kind, details) {
  await this.node(name).fault(layers[layer], kind, details ? JSON.parse(details) : {});
}
Given(/^the (EL|CL) of "([^"]+)" has the fault (\w+)(?: (\{.*\}))?$/, fault);
When(/^the (EL|CL) of "([^"]+)" gets the fault (\w+)(?: (\{.*\}))?$/, fault);

When('{string} is well again', function (name) {
  return this.node(name).clear();
});
When('{string} advances by {int} block(s)', function (name, blocks) {
  return this.node(name).advance(blocks);
});
When('{string} reorganises its last {int} block(s)', function (name, depth) {
  return this.node(name).reorganise(depth);
});
When('all nodes advance by {int} block(s)', function (blocks) {
  return Promise.all([...this.nodes.values()].map((node) => node.advance(blocks)));
});
When('{string} is killed', function (name) {
  return this.node(name).kill();
});
When('{string} is suspended', function (name) {
  const node = this.node(name);
  this.endings.push(() => node.resume());
  node.suspend();
});
When('{string} is resumed', function (name) {
  this.node(name).resume();
});
When(/^"(\w+)" is started again with the fault (\w+)(?: (\{.*\}))?$/, async function (name, kind, details) {
  const node = this.node(name);
  node.bornWith = ['el', kind, details ? JSON.parse(details) : {}];
  await node.run();
});
When('{string} is started again', function (name) {
  return this.node(name).run();
});

Given(/^the node "([^"]+)" is configured with (\w+) = (.+)$/, function (name, key, value) {
  const node = [...this.el.primary, ...this.el.backup, ...this.cl].find((entry) => entry.name === name);
  node[key] = JSON.parse(value);
});
