// The demo's nodes. Three anvils that are one chain: the same genesis and the same timestamp for every
// block, so that their hashes are equal. Two Lodestars on one network of their own, where they are installed.
// A node that is killed comes back by itself after a while, with everything it missed.
//   node network.mjs STATE_DIR     prints one JSON line per node and one when all are up; ends with its input
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const home = path.dirname(fileURLToPath(import.meta.url));
const state = path.resolve(process.argv[2] ?? 'state');
const returnAfterMs = 10_000;
const blockEveryMs = 2000;
const firstBlockTime = 1_700_000_000;
const anvilBinary = createRequire(import.meta.url).resolve(
  `@foundry-rs/anvil-linux-${process.arch === 'x64' ? 'amd64' : process.arch}/bin/anvil`,
);
const lodestarBinary = path.join(home, 'beacon/node_modules/.bin/lodestar');
const children = new Set();
let ending = false;

const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function start(name, command, args, onExit) {
  const log = openSync(path.join(state, `${name}.log`), 'a');
  const child = spawn(command, args, { stdio: ['ignore', log, log], cwd: state });
  children.add(child);
  child.on('error', (error) => say({ error: `${name}: ${error.message}` }));
  child.on('exit', () => {
    children.delete(child);
    if (!ending) onExit?.();
  });
  return child;
}

function end(code) {
  ending = true;
  for (const child of children) child.kill('SIGKILL');
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(0));
process.stdin.on('end', () => end(0)).resume();

async function rpc(port, method, params = []) {
  const answer = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), signal: AbortSignal.timeout(3000),
  });
  const { result, error } = await answer.json();
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

async function until(what, probe, ms) {
  for (const deadline = Date.now() + ms; ; await pause(100)) {
    try {
      return await probe();
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${what}: ${error.message}`);
    }
  }
}

// Execution layer.
const anvils = [['el-1', 18545], ['el-2', 18546], ['el-3', 18547]].map(([name, port]) => ({ name, port, blocks: 0, up: false, busy: false }));
let blocks = 0; // how many the chain has; block n's timestamp follows from n

async function runAnvil(anvil) {
  anvil.up = false;
  const child = start(anvil.name, anvilBinary, [
    '--port', String(anvil.port), '--chain-id', '1337', '--timestamp', String(firstBlockTime), '--no-mining', '--silent',
  ], async () => {
    say({ node: anvil.name, state: 'gone' });
    anvil.up = false;
    await pause(returnAfterMs);
    if (!ending) await runAnvil(anvil);
  });
  await until(anvil.name, () => rpc(anvil.port, 'eth_chainId'), 15_000);
  anvil.blocks = 0;
  anvil.up = true;
  say({ node: anvil.name, layer: 'el', port: anvil.port, pid: child.pid });
}

async function giveBlocks(anvil) {
  if (!anvil.up || anvil.busy) return; // a stopped node hangs: the others go on
  anvil.busy = true;
  try {
    while (anvil.up && anvil.blocks < blocks) {
      await rpc(anvil.port, 'evm_setNextBlockTimestamp', [firstBlockTime + (anvil.blocks + 1) * 12]);
      await rpc(anvil.port, 'evm_mine');
      anvil.blocks += 1;
    }
  } catch {
    // Was the block mined before the answer was lost? The node knows.
    anvil.blocks = Number(await rpc(anvil.port, 'eth_blockNumber').catch(() => anvil.blocks));
  } finally {
    anvil.busy = false;
  }
}

// Consensus layer.
const genesis = Math.floor(Date.now() / 1000) + 14;
const beacons = [['cl-1', 19596, 19110, '0..5'], ['cl-2', 19597, 19111, '6..7']].map(([name, port, p2p, validators]) => ({ name, port, p2p, validators }));

function runBeacon(beacon) {
  const data = path.join(state, beacon.name);
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  const child = start(beacon.name, process.execPath, [
    lodestarBinary, 'dev', '--preset', 'minimal', '--params.SECONDS_PER_SLOT', '2', '--params.ALTAIR_FORK_EPOCH', '0',
    '--genesisValidators', '8', '--startValidators', beacon.validators, '--genesisTime', String(genesis), '--reset', '--dataDir', data,
    '--rest', '--rest.address', '127.0.0.1', '--rest.port', String(beacon.port), '--rest.namespace', '*', '--execution.engineMock',
    '--eth1', 'false', '--port', String(beacon.p2p), '--server', `http://127.0.0.1:${beacon.port}`,
  ], async () => {
    say({ node: beacon.name, state: 'gone' });
    await pause(returnAfterMs);
    if (ending) return;
    runBeacon(beacon);
    await connectBeacons().catch((error) => say({ error: error.message }));
  });
  say({ node: beacon.name, layer: 'cl', port: beacon.port, pid: child.pid });
}

async function beaconJson(beacon, target, options) {
  const answer = await fetch(`http://127.0.0.1:${beacon.port}${target}`, { signal: AbortSignal.timeout(3000), ...options });
  if (!answer.ok) throw new Error(`${target}: HTTP ${answer.status}`);
  return answer.json();
}

async function connectBeacons() {
  const [first, second] = beacons;
  const identity = await until('cl-1', () => beaconJson(first, '/eth/v1/node/identity'), 60_000);
  await until('cl-2', () => beaconJson(second, '/eth/v1/node/identity'), 60_000);
  const address = encodeURIComponent(`/ip4/127.0.0.1/tcp/${first.p2p}`);
  await until('cl-1 and cl-2 connect', () => beaconJson(second,
    `/eth/v1/lodestar/connect_peer?peerId=${identity.data.peer_id}&multiaddr=${address}`, { method: 'POST' }), 20_000);
}

mkdirSync(state, { recursive: true });
try {
  const withBeacons = existsSync(lodestarBinary) && process.env.WEIR_DEMO_NO_BEACON !== '1';
  if (withBeacons) beacons.forEach(runBeacon);
  await Promise.all(anvils.map(runAnvil));
  setInterval(() => {
    blocks += 1;
    anvils.forEach(giveBlocks);
  }, blockEveryMs);
  if (withBeacons) await connectBeacons();
  say({ ready: true, el: anvils.map((a) => a.port), cl: withBeacons ? beacons.map((b) => b.port) : [] });
} catch (error) {
  say({ error: error.message });
  end(1);
}
