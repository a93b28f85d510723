// A network of its own (a namespace of Linux) with nothing but this machine in it: there weir can listen on every
// address and be called from one that is not loopback, and nobody outside can reach it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { run } from './processes.js';

export const stranger = '10.9.9.9';
const program = fileURLToPath(new URL('./apart-main.js', import.meta.url));
const enter = (command) => ['-rn', 'sh', '-c', `ip link set lo up && ip addr add ${stranger}/32 dev lo && ${command}`];

/** Some machines do not let their users have one. */
export const canBeApart = () => spawnSync('unshare', enter('true')).status === 0;

/** Starts weir with `args` there, asks `requests` of it in turn, and gives { log, answers: [{ status, text }…] }. */
export async function apart(weir, args, requests) {
  const task = JSON.stringify({ weir, args, requests });
  const result = await run('weir in a network of its own', 'unshare', enter(`exec "${process.execPath}" "${program}"`), { env: { APART: task }, timeout: 20_000 });
  if (result.code !== 0) throw new Error(result.stdout + result.stderr);
  return JSON.parse(result.stdout);
}
