// Ports for servers of the tests. They lie below Linux's range for outgoing connections (32768 and up),
// so that no client socket takes one between the moment it is picked and the moment it is bound, nor
// while a killed node is away.
import net from 'node:net';

const first = 12000;
const count = 20000;
let next = Math.floor(Math.random() * count);
const given = new Set();

function bindable(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

export async function freePort() {
  for (let tries = 0; tries < count; ++tries) {
    const port = first + (next++ % count);
    if (!given.has(port) && (await bindable(port))) {
      given.add(port);
      return port;
    }
  }
  throw new Error('no free port');
}
