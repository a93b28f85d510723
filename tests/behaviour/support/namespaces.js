// Networks of the tests' own (namespaces of Linux), each a place with processes in it and cables between them: there
// an address can move, be dead, answer nothing, lose packets. Nobody outside can reach them, and they are gone with the
// processes that hold them, so nothing is left behind whatever becomes of the tests. Works as root, and as any user whom
// the machine lets have user namespaces; where it does not, canHaveNetworks() is false. steps/networks.js has the words.
//
//   const lab = new Lab(directory);                          // lab.close() ends it
//   const [here, there] = [await lab.place('weir'), await lab.place('a')];
//   const cable = await lab.cable(here, there);              // here 10.77.1.1, fd77:1::1; there 10.77.1.2, fd77:1::2
//   new Process(name, command, args, { through: there.through });     // lives there; so do Simnode's with { place: there }
//   await here.forward(port);                                // 127.0.0.1:port of the tests is 127.0.0.1:port in there
//   await cable.give('10.77.200.1');                         // a further address there; it moves by giving it to another
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Process, run } from './processes.js';
import { pause, until } from './wait.js';

const program = fileURLToPath(new URL('./place-main.js', import.meta.url));
const root = process.getuid() === 0;
const enterUser = root ? [] : ['--user', '--preserve-credentials'];

let possible;
/** Some machines do not let their users have networks of their own. */
export function canHaveNetworks() {
  const user = root ? [] : ['--user', '--map-root-user'];
  possible ??= spawnSync('unshare', [...user, '--net', '--mount', 'ip', 'link', 'add', 'name', 'a', 'type', 'veth', 'peer', 'name', 'b']).status === 0;
  return possible;
}
export const noNetworks = 'skipped: this machine grants no network namespaces (unshare --net, ip link add … type veth)';

export class Lab {
  places = [];
  cables = [];

  constructor(directory) {
    this.directory = directory;
  }

  async place(name) {
    const place = new Place(name, this.directory, this.places[0]);
    this.places.push(place);
    await place.open();
    return place;
  }

  /** A cable between two places, with a /24 and a /64 of its own: .1 and ::1 at `near`, .2 and ::2 at `far`. */
  async cable(near, far) {
    const cable = new Cable(near, far, this.cables.length + 1);
    this.cables.push(cable);
    await cable.lay();
    return cable;
  }

  async close() {
    for (const cable of this.cables) await cable.steady();
    for (const place of this.places.toReversed()) await place.close();
  }
}

export class Place {
  #servers = [];

  /** `first`: the place in whose user namespace this one is, where that matters. */
  constructor(name, directory, first) {
    this.name = name;
    this.directory = directory;
    this.first = first;
    this.socket = path.join(directory, `${name}.socket`);
  }

  async open() {
    let through = ['unshare', ...(root ? [] : ['--user', '--map-root-user']), '--net', '--mount'];
    if (this.first && !root) through = ['nsenter', '--target', String(this.first.pid), ...enterUser, 'unshare', '--net', '--mount'];
    this.holder = new Process(`the network ${this.name}`, process.execPath, [program, this.socket], { through });
    await until(`the network ${this.name} is there`, () => {
      this.holder.mustRun();
      return this.holder.stdout.includes('ready');
    });
    await this.ip('link', 'set', 'lo', 'up');
  }

  get pid() {
    return this.holder.pid;
  }
  /** For Process and run(): what is started with it lives here. */
  get through() {
    return ['nsenter', '--target', String(this.pid), ...enterUser, '--net', '--mount'];
  }

  /** Runs a command here to its end. */
  async run(command, ...args) {
    const result = await run(`${command} in ${this.name}`, command, args.map(String), { through: this.through });
    if (result.code !== 0) throw new Error(`${this.name}: ${command} ${args.join(' ')}: ${result.stderr}`);
    return result.stdout;
  }
  ip(...args) {
    return this.run('ip', ...args);
  }

  /** From here on 127.0.0.1:port outside is host:port as seen from in here; `inner`: where the ports differ. */
  forward(port, { host = '127.0.0.1', inner: target = port } = {}) {
    const server = net.createServer({ allowHalfOpen: true }, (outer) => {
      const inner = net.connect({ path: this.socket, allowHalfOpen: true });
      inner.write(`${host} ${target}\n`);
      for (const [one, other] of [[outer, inner], [inner, outer]]) {
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    });
    this.#servers.push(server);
    return new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  }

  /** In here the file holds this text, e.g. /etc/resolv.conf or /etc/hosts. */
  async put(file, text) {
    const own = path.join(this.directory, `${this.name}-${path.basename(file)}`);
    writeFileSync(own, text); // in place: what is mounted already sees it
    if (this.mounted?.has(file)) return;
    await this.run('mount', '--bind', own, file);
    (this.mounted ??= new Set()).add(file);
  }

  async close() {
    for (const server of this.#servers) server.close();
    await this.holder.kill();
  }
}

/** What can happen to a way between two places. All of it is told at the end `near` or `far` that it is done at. */
export class Cable {
  constructor(near, far, number) {
    this.ends = { near: { place: near, link: `to-${far.name}`, host: 1 }, far: { place: far, link: `to-${near.name}`, host: 2 } };
    for (const end of Object.values(this.ends)) end.link = end.link.slice(0, 15);
    this.number = number;
    this.flows = 0;
  }

  address(end = 'far', family = 4) {
    const host = this.ends[end].host;
    return family === 4 ? `10.77.${this.number}.${host}` : `fd77:${this.number}::${host}`;
  }

  async lay() {
    const { near, far } = this.ends;
    await near.place.ip('link', 'add', 'name', near.link, 'type', 'veth', 'peer', 'name', far.link, 'netns', far.place.pid);
    for (const [name, end] of Object.entries(this.ends)) {
      await end.place.ip('addr', 'add', `${this.address(name)}/24`, 'dev', end.link);
      await end.place.ip('addr', 'add', `${this.address(name, 6)}/64`, 'dev', end.link, 'nodad');
      // One packet, one frame: else nothing here has the size that it would have on a wire.
      await end.place.ip('link', 'set', end.link, 'gso_max_segs', 1, 'up');
    }
    await this.#carries();
  }

  #carries() {
    const { place, link } = this.ends.near;
    return until('the cable carries', async () => (await place.ip('-br', 'link', 'show', link)).includes('LOWER_UP'));
  }

  /** A further address, of either family, that is at the far end from now on: it moves there if it was elsewhere. */
  async give(address) {
    const { near, far } = this.ends;
    const six = address.includes(':');
    await far.place.ip('addr', 'replace', `${address}/${six ? 128 : 32}`, 'dev', 'lo');
    await this.lead(address);
  }
  /** The near end sends what is for that address this way. Nobody there has it: it is lost without a word. */
  async lead(address) {
    const { place, link } = this.ends.near;
    const six = address.includes(':');
    await place.ip('route', 'replace', `${address}/${six ? 128 : 32}`, 'via', this.address('far', six ? 6 : 4), 'dev', link);
  }
  /** The far end has that address no more: what is sent there is lost without a word. */
  take(address) {
    return this.ends.far.place.ip('addr', 'del', `${address}/${address.includes(':') ? 128 : 32}`, 'dev', 'lo');
  }

  /** The far end hears nothing of what the near end's present address says, and answers it nothing. IPv4. */
  silence() {
    return this.ends.far.place.ip('route', 'replace', 'blackhole', `${this.#source()}/32`);
  }
  speak() {
    return this.ends.far.place.ip('route', 'del', 'blackhole', `${this.#source()}/32`);
  }

  #source() {
    return this.flows === 0 ? this.address('near') : `10.77.${this.number}.${100 + this.flows}`;
  }

  /** All connections that there are have been forgotten on the way: neither end hears of them again. New ones pass. */
  async forgetFlows() {
    await this.silence();
    ++this.flows;
    const { place, link } = this.ends.near;
    await place.ip('addr', 'add', `${this.#source()}/24`, 'dev', link);
    await place.ip('route', 'change', `10.77.${this.number}.0/24`, 'dev', link, 'src', this.#source());
  }

  /** Packets above `bytes` towards the near end are lost, and nobody is told (no ICMP comes through). */
  async swallowLarge(bytes = 1000) {
    const { place, link } = this.ends.near;
    const network = `10.77.${this.number}.0/24`;
    await place.ip('link', 'set', link, 'mtu', bytes);
    // What it offers to take is what the whole way took before.
    await place.ip('route', 'change', network, 'dev', link, 'advmss', 1460, 'src', this.#source());
  }
  async passLarge() {
    await this.ends.near.place.ip('link', 'set', this.ends.near.link, 'mtu', 1500);
  }

  /** Loses whatever passes for `forMs` out of every `everyMs`, until steady(). */
  flicker(everyMs, forMs) {
    this.flickering = true;
    this.flickers = (async () => {
      while (this.flickering) {
        await this.silence();
        await pause(forMs);
        await this.speak();
        await pause(everyMs - forMs);
      }
    })();
  }
  async steady() {
    this.flickering = false;
    await this.flickers;
  }
}
