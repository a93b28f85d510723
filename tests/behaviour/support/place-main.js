// Holds a network (namespaces.js) for as long as it runs, and lets those outside in: who connects to its socket file
// and names a host and a port on the first line is connected to that, from in here.
import net from 'node:net';

net.createServer({ allowHalfOpen: true }, (outer) => {
  outer.on('error', () => {});
  outer.once('readable', function named() {
    const text = outer.read()?.toString('latin1') ?? '';
    const end = text.indexOf('\n');
    if (end < 0) return text === '' ? outer.destroy() : (outer.unshift(Buffer.from(text, 'latin1')), outer.once('readable', named));
    outer.unshift(Buffer.from(text.slice(end + 1), 'latin1'));
    const [host, port] = text.slice(0, end).split(' ');
    const inner = net.connect({ host, port: Number(port), allowHalfOpen: true });
    for (const [one, other] of [[outer, inner], [inner, outer]]) {
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
}).listen(process.argv[2], () => console.log('ready'));
