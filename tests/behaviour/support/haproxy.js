// HAProxy as an operator who cares would set it up, beside weir: what the same calls find there. It runs in the
// foreground and ends with its scenario; its statistics tell what it met.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Process } from './processes.js';
import { freePort } from './ports.js';
import { until } from './wait.js';

const binary = 'haproxy';
let there;
export function haveHaproxy() {
  there ??= spawnSync(binary, ['-v'], { env: searched() }).status === 0;
  return there;
}
export const noHaproxy = `skipped: there is no ${binary} here`;

function searched() {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin` };
}

/** Timeouts and the interval of checks are weir's defaults. Hastier checks give servers up for a few refusals, and lose more. */
function configuration({ port, socket, servers, keepsConnections, nameServer }) {
  const check = 'check inter 1s fall 3 rise 1';
  const lines = servers.map(({ name, host, port: at, addresses }) =>
    addresses > 1
      ? `server-template ${name} ${addresses} ${host}:${at} resolvers names init-addr last,libc,none ${check}`
      : `server ${name} ${host}:${at} ${nameServer ? 'resolvers names init-addr last,libc,none ' : ''}${check}`);
  const resolvers = `
resolvers names
    nameserver here ${nameServer}
    resolve_retries 3
    timeout resolve 1s
    timeout retry 500ms
    hold valid 1s
    hold obsolete 0s
`;
  return `global
    maxconn 2000
    nbthread 1
    stats socket ${socket} mode 600 level operator
defaults
    mode http
    timeout connect 2s
    timeout server 30s
    timeout client 75s
    timeout http-keep-alive 75s
    timeout http-request 10s
    timeout queue 30s
    timeout check 1s
    retries 3
    option redispatch 1
    retry-on conn-failure empty-response
    option ${keepsConnections ? 'http-keep-alive' : 'http-server-close'}
${nameServer ? resolvers : ''}
listen nodes
    bind 127.0.0.1:${port}
    balance roundrobin
    option httpchk
    http-check send meth POST uri / ver HTTP/1.1 hdr Host node hdr Content-Type application/json body '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}'
    http-check expect status 200
    ${lines.join('\n    ')}
`;
}

export class Haproxy {
  /**
   * `servers`: [{ name, host, port, addresses }]; of a name that stands for several `addresses` each is a server.
   * `keepsConnections`: to the servers. `nameServer`: address:port. `place`: where it runs (namespaces.js).
   */
  static async start(directory, { place, ...options }) {
    const haproxy = new Haproxy();
    haproxy.port = await freePort();
    if (place) await place.forward(haproxy.port);
    haproxy.socket = path.join(directory, `haproxy-${haproxy.port}.socket`);
    const file = path.join(directory, `haproxy-${haproxy.port}.cfg`);
    writeFileSync(file, configuration({ ...options, port: haproxy.port, socket: haproxy.socket }));
    haproxy.process = new Process('HAProxy', binary, ['-db', '-f', file], { env: searched(), through: place?.through });
    return haproxy;
  }

  get url() {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** `least` of its servers have answered a check. */
  ready(least) {
    return until('HAProxy has checked its servers', async () => {
      this.process.mustRun();
      const servers = await this.servers();
      if (servers.filter((server) => server.check_status === 'L7OK').length >= least) return true;
      throw new Error(JSON.stringify(servers.map(({ svname, status, check_status }) => [svname, status, check_status])));
    });
  }

  /** What it counts of each server, by the names in its management guide, section 9.1: wretr, wredis, econ, status … */
  async servers() {
    const [head, ...lines] = (await this.#ask('show stat')).replace('# ', '').trim().split('\n');
    const names = head.split(',');
    return lines
      .map((line) => Object.fromEntries(line.split(',').map((value, i) => [names[i], value])))
      .filter(({ type }) => type === '2');
  }
  /** A count over all servers. */
  async total(name) {
    return (await this.servers()).reduce((sum, server) => sum + Number(server[name]), 0);
  }

  #ask(command) {
    return new Promise((resolve, reject) => {
      let text = '';
      net.connect({ path: this.socket })
        .on('error', reject)
        .on('data', (bytes) => (text += bytes))
        .on('end', () => resolve(text))
        .end(`${command}\n`);
    });
  }

  kill() {
    return this.process.kill();
  }
}
