// Clients that take a place and never come to ask.
import { When } from '@cucumber/cucumber';
import { RawClient } from '../support/raw.js';
import { pause } from '../support/wait.js';

const escapes = { r: '\r', n: '\n' };
const meant = (text) => text.replace(/\\x(..)|\\(.)/g, (_, hex, letter) => (hex ? String.fromCharCode(parseInt(hex, 16)) : escapes[letter]));

When(/^(\d+) clients send "(.*)" and no more$/, async function (count, bytes) {
  this.clients = [];
  for (let i = 0; i < count; ++i) {
    const client = await RawClient.connect(this.weir.port);
    client.send(meant(bytes));
    this.clients.push(client);
    this.endings.push(() => client.close());
  }
  await pause(350); // to be idle (server/places.cpp) is not what saves them
});
/** spare_patience (server/places.hpp), and a little more. */
When('the clients have been that slow for two seconds', () => pause(2100));
