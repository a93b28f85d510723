// A TCP pipe in front of a real node that can lose answers: what the node did is done, and nobody hears.
import net from 'node:net';
import { freePort } from './ports.js';

export class Pipe {
  static async start(targetPort) {
    const pipe = new Pipe(targetPort);
    pipe.port = await freePort();
    await new Promise((resolve) => pipe.server.listen(pipe.port, '127.0.0.1', resolve));
    return pipe;
  }

  sockets = new Set();
  cuts = 0; // answers lost so far

  constructor(targetPort) {
    this.server = net.createServer((client) => {
      const node = net.connect(targetPort, '127.0.0.1');
      let doomed = false;
      for (const socket of [client, node]) {
        this.sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          this.sockets.delete(socket);
          client.destroy();
          node.destroy();
        });
      }
      client.on('data', (bytes) => {
        if (this.losing !== undefined && bytes.includes(this.losing)) doomed = true;
        node.write(bytes);
      });
      node.on('data', (bytes) => {
        if (!doomed) return client.write(bytes);
        this.cuts += 1;
        client.resetAndDestroy();
      });
    });
  }

  get elUrl() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Answers to requests whose text contains `text` are lost from now on. */
  loseAnswersTo(text) {
    this.losing = text;
  }

  async kill() {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
