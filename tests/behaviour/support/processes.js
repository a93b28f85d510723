// Child processes that cannot outlive the tests: each is killed when its scenario ends, when node
// exits, and, by the kernel (PR_SET_PDEATHSIG through setpriv), when node itself is killed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Hopeless, within } from './wait.js';

const alive = new Set();
process.on('exit', () => {
  for (const child of alive) child.signal('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(existsSync);
const keptOutput = 4 << 20;

export class Process {
  /**
   * `env` is added to the environment. `stdin`: "pipe" for one that write() reaches. `through`: a command that starts
   * it, e.g. in another network, by becoming it.
   */
  constructor(name, command, args, { env = {}, cwd, stdin = 'ignore', through = [] } = {}) {
    this.name = name;
    this.stdout = '';
    this.stderr = '';
    // Last: a change of credentials on the way would take it back.
    const argv = [...through, ...(setpriv ? [setpriv, '--pdeathsig', 'KILL'] : []), command, ...args];
    this.child = spawn(argv[0], argv.slice(1), {
      cwd,
      env: { ...process.env, ...env },
      stdio: [stdin, 'pipe', 'pipe'],
    });
    this.pid = this.child.pid;
    for (const stream of ['stdout', 'stderr']) {
      this.child[stream].setEncoding('utf8').on('data', (text) => {
        if (this[stream].length < keptOutput) this[stream] += text;
      });
    }
    /** Resolves to { code, signal } once the process is gone and its output is read. */
    this.exit = new Promise((resolve) => {
      this.child.once('error', (error) => resolve({ code: null, signal: null, error }));
      this.child.once('close', (code, signal) => resolve({ code, signal }));
    }).then((result) => {
      alive.delete(this);
      this.result = result;
      return result;
    });
    alive.add(this);
  }

  get running() {
    return this.result === undefined;
  }

  write(text) {
    this.child.stdin.write(text);
  }

  signal(name) {
    if (this.running && this.pid !== undefined) this.child.kill(name);
  }

  async kill() {
    this.signal('SIGKILL');
    await within(20_000, `end of ${this.name}`, this.exit);
  }

  /** Throws when the process has ended: for use while waiting for it to be ready. */
  mustRun() {
    if (this.running) return;
    const { code, signal, error } = this.result;
    throw new Hopeless(`${this.name} ended (${error?.message ?? signal ?? code}): ${this.stderr.slice(-2000)}`);
  }
}

/** A node that runs as `this.process`, for a test to break. */
export class NodeProcess {
  kill() {
    return this.process.kill();
  }
  suspend() {
    this.process.signal('SIGSTOP');
  }
  resume() {
    this.process.signal('SIGCONT');
  }
}

/** Runs a command to its end. */
export async function run(name, command, args, { timeout = 30_000, ...options } = {}) {
  const process = new Process(name, command, args, options);
  try {
    const result = await within(timeout, `end of ${name}`, process.exit);
    if (result.error) throw result.error;
    return { ...result, stdout: process.stdout, stderr: process.stderr };
  } finally {
    await process.kill();
  }
}
