// One HTTP request with nothing added that the test did not ask for, and its whole answer.
import http from 'node:http';
import https from 'node:https';

/**
 * `headers` is a list of [name, value] pairs, sent in that order and repeated where repeated.
 * The answer: { status, headers: [[name, value]…], body, text, json(), header(name), all(name), ms }.
 */
export function request(url, { method = 'GET', path, headers = [], body, agent = false, timeout = 20000, localAddress, tls = {} } = {}) {
  const target = new URL(url);
  const client = target.protocol === 'https:' ? https : http;
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const raw = [['Host', target.host], ...headers];
    if (body === undefined && /^(POST|PUT|PATCH)$/.test(method)) body = ''; // else node sends a chunked body
    if (body !== undefined && !headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name))) {
      raw.push(['Content-Length', String(Buffer.byteLength(body))]);
    }
    const outgoing = client.request(
      {
        host: target.hostname, port: target.port, method, agent, timeout, localAddress,
        path: path ?? target.pathname + target.search,
        headers: raw.flat(), setHost: false, ...tls,
      },
      (incoming) => {
        const chunks = [];
        incoming.on('data', (chunk) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          if (!incoming.complete) return reject(new Error('the answer was cut off'));
          resolve(new Answer(incoming, Buffer.concat(chunks), performance.now() - begun));
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeout} ms: ${method} ${url}`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

class Answer {
  constructor(incoming, body, ms) {
    this.status = incoming.statusCode;
    this.headers = pairs(incoming.rawHeaders);
    this.body = body;
    this.ms = ms;
  }
  get text() {
    return this.body.toString('utf8');
  }
  json() {
    return JSON.parse(this.text);
  }
  header(name) {
    return this.all(name)[0];
  }
  all(name) {
    return this.headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  }
}

export function pairs(flat) {
  const result = [];
  for (let i = 0; i < flat.length; i += 2) result.push([flat[i], flat[i + 1]]);
  return result;
}

export const jsonHeaders = [['Content-Type', 'application/json']];

/** Posts a JSON-RPC text. */
export function post(url, text, options = {}) {
  return request(url, { method: 'POST', body: text, ...options, headers: [...jsonHeaders, ...(options.headers ?? [])] });
}

/**
 * Downloads without keeping anything. `onBytes(total, incoming)` may destroy the response to leave early.
 * Resolves to { status, headers, bytes, complete, firstByteMs, ms }.
 */
export function download(url, { method = 'GET', headers = {}, body, onBytes = () => {}, timeout = 60000, tls = {} } = {}) {
  const target = new URL(url);
  const client = target.protocol === 'https:' ? https : http;
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = client.request(target, { method, agent: false, headers, timeout, ...tls }, (incoming) => {
      let bytes = 0;
      let firstByteMs;
      const done = () =>
        resolve({
          status: incoming.statusCode, headers: incoming.headers, bytes, complete: incoming.complete, firstByteMs,
          ms: performance.now() - begun,
        });
      incoming.on('data', (chunk) => {
        firstByteMs ??= performance.now() - begun;
        bytes += chunk.length;
        onBytes(bytes, incoming, chunk);
      });
      incoming.once('close', done);
      incoming.on('error', () => {});
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no byte for ${timeout} ms: ${url}`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
