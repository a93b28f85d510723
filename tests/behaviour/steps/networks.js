// Nodes in networks of their own, and what happens on the way to them.
import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { Lab, canHaveNetworks, noNetworks } from '../support/namespaces.js';
import { freePort } from '../support/ports.js';
import { RawClient } from '../support/raw.js';

// All nodes of the scenario that are told so are elsewhere, weir with them on the other end of a cable each.
Given('weir in a network of its own', async function () {
  if (!canHaveNetworks()) {
    this.attach(noNetworks, 'text/plain');
    console.log(noNetworks);
    return 'skipped';
  }
  this.lab = new Lab(this.directory);
  this.endings.push(() => this.lab.close());
  this.place = await this.lab.place('weir'); // where startWeir() puts it
  this.cables = new Map();
  return undefined;
});
Given(/^a (primary|backup) node "(\w+)" in another network$/, async function (tier, name) {
  const node = await addNodeApart(this, name);
  this.el[tier].push({ name, http_url: node.elUrl });
});
Given(/^a beacon node "(\w+)" in another network$/, async function (name) {
  const node = await addNodeApart(this, name);
  this.cl.push({ name, url: node.clUrl });
});
export async function addNodeApart(world, name, options = {}) {
  const place = await world.lab.place(name);
  const cable = await world.lab.cable(world.place, place);
  world.cables.set(name, cable);
  return world.addSimnode(name, { place, address: cable.address(), ...options });
}

When('the flows to {string} are forgotten', function (name) {
  return this.cables.get(name).forgetFlows();
});
When('the way to {string} swallows large packets', function (name) {
  return this.cables.get(name).swallowLarge();
});
When('nothing passes between weir and {string}', function (name) {
  return this.cables.get(name).silence();
});
When('all passes again between weir and {string}', function (name) {
  return this.cables.get(name).speak();
});
When('the way to {string} loses everything for {int} ms out of {int}', function (name, forMs, everyMs) {
  this.cables.get(name).flicker(everyMs, forMs);
});
When('the way to {string} takes large packets', function (name) {
  return this.cables.get(name).passLarge();
});

// What a client in weir's network finds, without weir.
async function connect(world, name) {
  const { ports, options } = world.node(name);
  const port = await freePort();
  await world.place.forward(port, { host: options.address, inner: ports.el });
  const client = await RawClient.connect(port);
  world.endings.push(() => client.close());
  return client;
}
/** Resolves to whether the answer came, which is all of `bytes` long at least. */
async function brings(world, name, bytes, client) {
  client ??= await connect(world, name);
  const fault = await world.node(name).fault('el', 'giant', { match: 'eth_getLogs', bytes });
  const body = '{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{}]}';
  client.send(`POST / HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  try {
    return (await client.answer({ timeout: 1000 })).body.length >= bytes;
  } catch (error) {
    if (!error.message.startsWith('not within')) throw error;
    return false;
  } finally {
    await world.node(name).control('POST', '/clear', { id: fault.id });
  }
}
Then("a fresh connection from weir's network to {string} brings {int} bytes", async function (name, bytes) {
  assert.equal(await brings(this, name, bytes), true);
});
Then("a fresh connection from weir's network to {string} brings {int} bytes and not {int}", async function (name, few, many) {
  assert.deepEqual([await brings(this, name, few), await brings(this, name, many)], [true, false]);
});
Given("a connection from weir's network to {string}", async function (name) {
  this.held = await connect(this, name);
});
Then(/^the connection to "(\w+)" brings (an answer|none)$/, async function (name, what) {
  assert.equal(await brings(this, name, 100, this.held), what === 'an answer');
});
