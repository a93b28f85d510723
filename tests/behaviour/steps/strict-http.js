// Requests that two readers could take differently.
import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';

/** Far less than any deadline that weir sets by default. */
const atOnce = 4_000;

Then('it is at once answered {int} and the connection is closed', async function (status) {
  this.answer = await this.raw.answer({ timeout: atOnce });
  assert.equal(this.answer.status, status, this.answer.head + this.answer.text);
  assert.equal(this.answer.header('connection'), 'close', this.answer.head);
  await this.raw.closed();
  assert.equal(this.raw.buffer.toString('latin1'), '', 'nothing follows the answer');
});
Then('the answer says {string}', function (words) {
  assert.ok(this.answer.text.includes(words), this.answer.text);
});
