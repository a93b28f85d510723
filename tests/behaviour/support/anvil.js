// Real EL nodes: several anvils that are one chain. Each gets the same genesis, the same raw
// transactions and the same timestamp for every block, so that their hashes are equal; one that was
// away is given what it missed.
import { createRequire } from 'node:module';
import { getContractAddress } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { deployment } from './contract.js';
import { Process } from './processes.js';
import { freePort } from './ports.js';
import { post } from './http.js';
import { pause, until } from './wait.js';

export const mnemonic = 'test test test test test test test test test test test junk';
export const chainId = 1337;
export const viemChain = { id: chainId, name: 'anvil', nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 }, rpcUrls: { default: { http: [] } } };
export const account = mnemonicToAccount(mnemonic);
export const recipient = mnemonicToAccount(mnemonic, { addressIndex: 1 }).address;
export const contractAddress = getContractAddress({ from: account.address, nonce: 0n });

const binary = createRequire(import.meta.url).resolve(`@foundry-rs/anvil-linux-${process.arch === 'x64' ? 'amd64' : process.arch}/bin/anvil`);
const firstBlockTime = 1700000000;

export async function rpc(url, method, params = []) {
  const answer = (await post(url, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))).json();
  if (answer.error) throw new Error(`${method} at ${url}: ${JSON.stringify(answer.error)}`);
  return answer.result;
}

class Anvil {
  constructor(name, port) {
    this.name = name;
    this.port = port;
    this.elUrl = `http://127.0.0.1:${port}`;
    this.wsUrl = `ws://127.0.0.1:${port}`;
  }
  async run() {
    this.height = 0; // how much of the chain's history it has
    this.process = new Process(`anvil ${this.name}`, binary, [
      '--port', String(this.port), '--chain-id', String(chainId), '--timestamp', String(firstBlockTime), '--mnemonic', mnemonic, '--no-mining', '--silent',
    ]);
    await until(`anvil ${this.name} answers`, () => {
      this.process.mustRun();
      return rpc(this.elUrl, 'eth_chainId');
    }, { within: 30_000 });
    this.reachable = true;
  }
}

export class Chain {
  /** As many anvils as names, with a deployed contract (contract.js), a transfer and a log. `immortal`: one more that no test breaks. */
  static async start(names, { immortal = false } = {}) {
    const chain = new Chain();
    for (const name of [...names, ...(immortal ? ['the immortal'] : [])]) {
      const anvil = new Anvil(name, await freePort());
      chain.anvils.set(name, anvil);
      await anvil.run();
    }
    await chain.mine([await chain.sign({ data: deployment, gas: 500000n })]);
    await chain.mine([await chain.sign({ to: recipient, value: 10n ** 18n, gas: 21000n })]);
    await chain.mine([await chain.sign({ to: contractAddress, data: '0x02', gas: 100000n })]);
    await chain.mine();
    chain.immortal = chain.get('the immortal');
    return chain;
  }

  anvils = new Map();
  history = []; // one { timestamp, transactions } per block
  nonce = 0;
  turn = Promise.resolve(); // blocks are given one at a time

  get(name) {
    return this.anvils.get(name);
  }

  sign(transaction) {
    return account.signTransaction({
      type: 'eip1559', chainId, nonce: this.nonce++, maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 1n, value: 0n, ...transaction,
    });
  }

  /** One more block on every reachable anvil. */
  mine(transactions = []) {
    this.history.push({ timestamp: firstBlockTime + (this.history.length + 1) * 12, transactions });
    return this.#catchUp();
  }

  #catchUp() {
    this.turn = this.turn.then(() => Promise.all([...this.anvils.values()].filter((anvil) => anvil.reachable).map((anvil) => this.#give(anvil))));
    return this.turn;
  }

  async #give(anvil) {
    while (anvil.height < this.history.length) {
      const { timestamp, transactions } = this.history[anvil.height];
      for (const raw of transactions) {
        await rpc(anvil.elUrl, 'eth_sendRawTransaction', [raw]).catch((error) => {
          if (!error.message.includes('already imported')) throw error; // a client sent it there before
        });
      }
      await rpc(anvil.elUrl, 'evm_setNextBlockTimestamp', [timestamp]);
      await rpc(anvil.elUrl, 'evm_mine');
      anvil.height += 1;
    }
  }

  /** Blocks come until stopMining(). */
  /** `transactions` makes those of each block. */
  startMining(everyMs, transactions = () => []) {
    this.mining = (async () => {
      while (!this.stopped) {
        const due = performance.now() + everyMs;
        await this.mine(await transactions());
        await pause(Math.max(0, due - performance.now()));
      }
    })();
    this.mining.catch(() => {}); // seen by stopMining()
  }
  async stopMining() {
    this.stopped = true;
    await this.mining;
  }

  async #away(name) {
    this.get(name).reachable = false;
    await this.turn; // the block that is being given reaches it yet
    return this.get(name);
  }
  async killNine(name) {
    await (await this.#away(name)).process.kill();
  }
  async suspend(name) {
    (await this.#away(name)).process.signal('SIGSTOP');
  }
  /** It stays up and gets no more blocks. */
  async holdBack(name) {
    await this.#away(name);
  }
  /** Resolves when the node has the whole chain again. */
  async bringBack(name) {
    const anvil = this.get(name);
    if (anvil.process.running) {
      anvil.process.signal('SIGCONT');
    } else {
      await anvil.run();
    }
    anvil.reachable = false;
    await this.#give(anvil); // the others need not wait for all that it has missed
    anvil.reachable = true;
    await this.#catchUp();
  }

  async kill() {
    this.stopped = true;
    for (const anvil of this.anvils.values()) anvil.process.signal('SIGKILL');
    await Promise.all([...this.anvils.values()].map((anvil) => anvil.process.kill()));
    await this.mining?.catch(() => {});
  }
}
