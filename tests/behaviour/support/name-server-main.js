// A name server in a network of its own (namespaces.js): on port 53, told what to say by JSON lines.
import readline from 'node:readline';
import { NameServer } from './name-server.js';

const server = await NameServer.start('127.0.0.1', 53);
console.log('ready');
for await (const line of readline.createInterface({ input: process.stdin })) {
  server.set(...JSON.parse(line));
  console.log('set');
}
