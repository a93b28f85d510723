// The Go program in clients/go: it runs on go-ethereum's ethclient and tells what it is told, line by line.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mnemonicToAccount } from 'viem/accounts';
import { bytesToHex } from 'viem';
import { contractAddress, mnemonic } from './anvil.js';
import { logTopic } from './contract.js';
import { Process } from './processes.js';
import { until } from './wait.js';

const binary = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../build/goclient');
const sender = mnemonicToAccount(mnemonic, { addressIndex: 2 }); // nobody else's, so that nonces follow each other

export class GoClient {
  static async start(weir) {
    const client = new GoClient();
    client.process = new Process('the Go program', binary, [
      '-ws', weir.ws, '-http', weir.el, '-contract', contractAddress, '-topic', logTopic, '-key', bytesToHex(sender.getHdKey().privateKey),
    ], { stdin: 'pipe' });
    client.process.child.stdout.on('data', (text) => client.#take(text));
    await client.said('it is ready', ({ ready }) => ready);
    return client;
  }

  lines = [];
  #rest = '';

  #take(text) {
    const whole = (this.#rest + text).split('\n');
    this.#rest = whole.pop();
    for (const line of whole) this.lines.push(JSON.parse(line));
  }

  /** The first line from the `from`-th on that is what is waited for. */
  said(what, wanted, from = 0) {
    return until(`the Go program: ${what}`, () => {
      this.process.mustRun();
      const found = this.lines.slice(from).find(wanted);
      if (found) return found;
      throw new Error(JSON.stringify([this.errors.slice(-5), this.lines.slice(-3)]));
    }, { within: 30_000 });
  }
  get errors() {
    return this.lines.filter(({ error }) => error);
  }
  get heads() {
    return this.lines.filter(({ head }) => head !== undefined);
  }
  get blocks() {
    return this.lines.filter(({ block, log, receipt }) => block !== undefined && !log && !receipt).map(({ block }) => block);
  }
  /** By the way in which they came: address, topic, from, range, filter. */
  logs(by) {
    return this.lines.filter(({ log }) => log === by);
  }

  command(text) {
    this.process.write(`${text}\n`);
  }
}
