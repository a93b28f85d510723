// A hosted node: it answers only under a path with a key in it, as providers do, and passes what comes
// there to a simnode. It counts what came without the key.
import http from 'node:http';
import { freePort } from './ports.js';

export class Gate {
  static async start(prefix, targetUrl) {
    const gate = new Gate(prefix, new URL(targetUrl));
    gate.port = await freePort();
    await new Promise((resolve) => gate.server.listen(gate.port, '127.0.0.1', resolve));
    return gate;
  }

  turnedAway = [];

  constructor(prefix, target) {
    this.server = http.createServer((incoming, outgoing) => {
      if (incoming.url !== prefix && !incoming.url.startsWith(`${prefix}/`) && !incoming.url.startsWith(`${prefix}?`)) {
        this.turnedAway.push(incoming.url);
        outgoing.writeHead(401).end();
        return;
      }
      const path = incoming.url.slice(prefix.length) || '/';
      const onward = http.request({ host: target.hostname, port: target.port, method: incoming.method, path: path.startsWith('/') ? path : `/${path}`, headers: incoming.rawHeaders }, (answer) => {
        outgoing.writeHead(answer.statusCode, answer.rawHeaders);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
  }

  async kill() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
