// What an operator does to weir, and machines that lack something.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Given, Then, When } from '@cucumber/cucumber';
import { freePort } from '../support/ports.js';
import { Process } from '../support/processes.js';
import { RawClient } from '../support/raw.js';
import { Weir, weirBinary } from '../support/weir.js';
import { within } from '../support/wait.js';

const chainId = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}';

// --- standard error that nobody reads
/** A named pipe that is full; `fd` is both its ends, so that it is never broken. */
function fullPipe(directory) {
  const file = path.join(directory, 'stderr');
  assert.equal(spawnSync('mkfifo', [file]).status, 0);
  const fd = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
  const piece = Buffer.alloc(4096, '.');
  try {
    for (;;) writeSync(fd, piece);
  } catch (error) {
    assert.equal(error.code, 'EAGAIN');
  }
  return { file, fd };
}
async function start(world, stderr) {
  world.weir = new Weir(world.directory, await freePort(), world.config);
  world.weir.write(world.wholeConfig());
  const child = spawn(weirBinary, ['--config', world.weir.file], { stdio: ['ignore', 'ignore', stderr] });
  const exit = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  world.weir.process = {
    pid: child.pid, running: true, stderr: '', exit, mustRun() {},
    signal: (name) => child.kill(name),
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
  exit.then(() => (world.weir.process.running = false));
  world.endings.push(() => world.weir.process.kill());
  await world.weir.ready();
}
When('weir runs with a full pipe for its standard error', async function () {
  const { file, fd } = fullPipe(this.directory);
  this.endings.push(() => closeSync(fd));
  // weir's own is one that blocks, as a shell's is.
  const blocking = openSync(file, constants.O_WRONLY);
  this.endings.push(() => closeSync(blocking));
  await start(this, blocking);
});
When('weir runs with a full socket for its standard error', async function () {
  // As systemd's journal gives one to its services; its reader is stopped.
  const file = path.join(this.directory, 'journal');
  const server = net.createServer({ pauseOnConnect: true });
  await new Promise((resolve) => server.listen(file, resolve));
  const reader = new Promise((resolve) => server.once('connection', resolve));
  const socket = net.connect(file);
  await reader;
  this.endings.push(() => socket.destroy(), async () => (await reader).destroy(), () => server.close());
  // Until the kernel takes no more; what node keeps for later is its own.
  while (socket.writableLength === 0) {
    socket.write(Buffer.alloc(64 * 1024, '.'));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await start(this, socket._handle.fd);
});
Then('weir ends with exit code {int} within {int} ms', async function (code, ms) {
  const result = await within(ms, 'the end of weir', this.weir.process.exit);
  assert.deepEqual(result, { code, signal: null });
});

// --- configurations
Given('a configuration file of {int} MB', function (megabytes) {
  const file = path.join(this.directory, 'given.toml');
  writeFileSync(file, '');
  truncateSync(file, megabytes * 1e6);
});
Given('a configuration whose node is trusted by a file that holds {string}', function (text) {
  const trusted = path.join(this.directory, 'no.pem');
  writeFileSync(trusted, text);
  writeFileSync(path.join(this.directory, 'given.toml'), `[[el.primary]]\nname = "a"\nhttp_url = "https://a:8545"\nca_file = "${trusted}"\n`);
});

// --- several addresses
Given('weir listens on {word} and on {word}', async function (one, other) {
  this.listens = [one, other];
});
/** An own port for each scenario stands for PORT; the first address is the one that weir is asked at. */
async function place(world) {
  const weir = new Weir(world.directory, await freePort(), world.config);
  const given = world.config.server.listen;
  if (world.listens) world.config.server.listen = world.listens.map((host) => `${host}:${weir.port}`);
  else if (given) world.config.server.listen = given.replace('PORT', weir.port);
  weir.write(world.wholeConfig());
  world.weir = weir;
}
async function run(world, args = []) {
  await place(world);
  world.weir.process = new Process('weir', weirBinary, ['--config', world.weir.file, ...args]);
  world.endings.push(() => world.weir.process.kill());
  await world.weir.ready();
}
When('weir runs at them', function () {
  return run(this);
});
When('weir runs with --listen on the first alone', async function () {
  await place(this);
  this.weir.process = new Process('weir', weirBinary, ['--config', this.weir.file, '--listen', `${this.listens[0]}:${this.weir.port}`]);
  this.endings.push(() => this.weir.process.kill());
  await this.weir.ready();
});
/** The name stands in an absolute target: that is what counts then. */
async function called(world, address, name) {
  const socket = net.connect({ host: address, port: world.weir.port });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const client = new RawClient(socket);
  world.endings.push(() => client.close());
  client.send(`POST http://${name}/el HTTP/1.1\r\nHost: ${name}\r\nContent-Length: ${chainId.length}\r\n\r\n${chainId}`);
  return client.answer();
}
Then('eth_chainId is answered {int} at {word} by the name {word}', async function (status, address, name) {
  const answer = await called(this, address, name);
  assert.equal(answer.status, status, answer.text);
});
Then('eth_chainId is answered {int} at {word} by the name {word} where the machine has IPv6', async function (status, address, name) {
  if (!existsSync('/proc/net/if_inet6')) return this.attach('this machine has no IPv6', 'text/plain');
  const answer = await called(this, address, name);
  assert.equal(answer.status, status, answer.text);
});
Then('nothing listens at {word}', async function (address) {
  await assert.rejects(called(this, address, 'localhost'), { code: 'ECONNREFUSED' });
});

// --- a machine without names
const bareNames = (command) => ['-rm', 'sh', '-c', `mount --bind /dev/null /etc/hosts && mount --bind /dev/null /etc/resolv.conf && ${command}`];
Given('a machine without a hosts file and without a name server', function () {
  if (spawnSync('unshare', bareNames('true')).status === 0) return undefined;
  this.attach('skipped: this machine grants no mount namespace (unshare -rm)', 'text/plain');
  return 'skipped';
});
When('weir runs there', async function () {
  await place(this);
  this.weir.process = new Process('weir', 'unshare', bareNames(`exec "${weirBinary}" --config "${this.weir.file}"`));
  this.endings.push(() => this.weir.process.kill());
  await this.weir.ready();
});
When('I run weir "status" there by the name {word}', async function (name) {
  const args = bareNames(`exec "${weirBinary}" status --url http://${name}:${this.weir.port}`);
  const result = spawnSync('unshare', args, { encoding: 'utf8', timeout: 15_000 });
  this.exitCode = result.status;
  this.output = result.stdout + result.stderr;
});
