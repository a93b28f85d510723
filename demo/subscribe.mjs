// Shows the subscriptions of a running weir: every new head, and that none is missing, whatever happens to the nodes.
//   node demo/subscribe.mjs [URL]       default ws://127.0.0.1:8080/el/ws; Ctrl-C ends it
import WebSocket from 'ws';

const socket = new WebSocket(process.argv[2] ?? 'ws://127.0.0.1:8080/el/ws');
let last;
socket.on('open', () => socket.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}'));
socket.on('message', (text) => {
  const message = JSON.parse(text);
  if (message.method !== 'eth_subscription') {
    console.log(String(text));
    return;
  }
  const { number, hash, parentHash } = message.params.result;
  const follows = last === undefined || last === parentHash ? '' : '   (another branch)';
  console.log(`${new Date().toISOString().slice(11, 23)}  ${message.params.subscription}  block ${Number(number)}  ${hash}${follows}`);
  last = hash;
});
socket.on('error', (error) => console.error(error.message));
socket.on('close', (code, reason) => {
  console.log(`closed: ${code} ${reason}`);
  process.exit(code === 1000 ? 0 : 1);
});
process.on('SIGINT', () => socket.close(1000));
