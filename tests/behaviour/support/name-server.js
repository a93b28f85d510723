// A DNS server (RFC 1035) of the tests' own, over UDP: it says what it is told to say, and counts who asks.
import dgram from 'node:dgram';

const types = { A: 1, AAAA: 28 };

const nameAt = (message, at) => {
  const labels = [];
  while (message[at] !== 0) {
    labels.push(message.subarray(at + 1, at + 1 + message[at]).toString('latin1'));
    at += 1 + message[at];
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
};

const addressBytes = (address) => {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [head, tail = ''] = address.split('::');
  const groups = (text) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail)];
  const all = [...before, ...Array(8 - before.length - after.length).fill(0), ...after];
  const bytes = Buffer.alloc(16);
  all.forEach((group, i) => bytes.writeUInt16BE(group, i * 2));
  return bytes;
};

export class NameServer {
  records = new Map(); // name: { addresses, ttl, behaviour }
  asked = []; // { name, type, at }

  static async start(host = '127.0.0.1', port = 0) {
    const server = new NameServer();
    server.socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
    server.socket.on('message', (message, from) => server.#hear(message, from));
    await new Promise((resolve, reject) => server.socket.once('error', reject).bind(port, host, resolve));
    server.port = server.socket.address().port;
    return server;
  }

  /** `behaviour`: "answer", "silent", "servfail", "nxdomain", or "silent AAAA" and the like for one type. */
  set(name, addresses, { ttl = 1, behaviour = 'answer' } = {}) {
    this.records.set(name, { addresses, ttl, behaviour });
  }
  count(name, type = 'A') {
    return this.asked.filter((one) => one.name === name && one.type === type).length;
  }
  close() {
    return new Promise((resolve) => this.socket.close(resolve));
  }

  #hear(message, from) {
    const { name, end } = nameAt(message, 12);
    const code = message.readUInt16BE(end);
    const type = Object.keys(types).find((key) => types[key] === code) ?? String(code);
    this.asked.push({ name, type, at: performance.now() });
    const record = this.records.get(name) ?? { addresses: [], behaviour: 'nxdomain' };
    const [behaviour, only] = record.behaviour.split(' ');
    const odd = only === undefined || only === type;
    if (odd && behaviour === 'silent') return;
    const errors = { servfail: 2, nxdomain: 3 };
    const error = (odd && errors[behaviour]) || 0;
    const addresses = error ? [] : record.addresses.filter((address) => address.includes(':') === (type === 'AAAA') && type in types);
    const header = Buffer.from(message.subarray(0, 12));
    header.writeUInt16BE(0x8180 | error, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    header.writeUInt32BE(0, 8);
    const answers = addresses.map((address) => {
      const bytes = addressBytes(address);
      const answer = Buffer.alloc(12);
      answer.writeUInt16BE(0xc00c, 0);
      answer.writeUInt16BE(code, 2);
      answer.writeUInt16BE(1, 4);
      answer.writeUInt32BE(record.ttl, 6);
      answer.writeUInt16BE(bytes.length, 10);
      return Buffer.concat([answer, bytes]);
    });
    this.socket.send(Buffer.concat([header, message.subarray(12, end + 4), ...answers]), from.port, from.address);
  }
}
