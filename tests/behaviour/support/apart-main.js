// The inside of apart.js. Port 8080 is free: nobody else is here.
import { Process } from './processes.js';
import { request } from './http.js';
import { until } from './wait.js';

const { weir, args, requests } = JSON.parse(process.env.APART);
const running = new Process('weir', weir, args);
await until('weir answers', async () => {
  running.mustRun();
  return (await request('http://127.0.0.1:8080/health')).status === 200;
});
const answers = [];
for (const { url, ...options } of requests) {
  const { status, text } = await request(url, options);
  answers.push({ status, text });
}
running.signal('SIGTERM'); // what it has said is all there once it has ended
await running.exit;
console.log(JSON.stringify({ log: running.stderr, answers }));
