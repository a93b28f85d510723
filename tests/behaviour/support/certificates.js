// A certificate authority of the tests' own, made with openssl when it is needed.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './processes.js';

async function openssl(directory, ...args) {
  const result = await run('openssl', 'openssl', args, { cwd: directory });
  if (result.code !== 0) throw new Error(`openssl ${args.join(' ')}: ${result.stderr}`);
}

export class Authority {
  static async create(directory, name) {
    const authority = new Authority(directory, name);
    await openssl(directory, 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
      '-keyout', `${name}.key`, '-out', `${name}.pem`);
    return authority;
  }

  constructor(directory, name) {
    this.directory = directory;
    this.name = name;
    this.file = path.join(directory, `${name}.pem`);
  }

  /**
   * A certificate for these subjectAltNames, e.g. "IP:127.0.0.1". `from`, `until`: its validity, as openssl ca takes
   * them (YYYYMMDDHHMMSSZ), where it is not the next two days.
   */
  async issue(name, subjectAltName, { from, until } = {}) {
    const file = (extension) => path.join(this.directory, `${name}.${extension}`);
    writeFileSync(file('ext'), `subjectAltName=${subjectAltName}\n`);
    await openssl(this.directory, 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`,
      '-keyout', file('key'), '-out', file('csr'));
    if (from ?? until) {
      writeFileSync(file('db'), '');
      writeFileSync(file('serial'), '01\n');
      writeFileSync(file('cnf'), `[ca]\ndefault_ca=own\n[own]\ndatabase=${file('db')}\nserial=${file('serial')}\nnew_certs_dir=${this.directory}\n`
        + 'default_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n');
      await openssl(this.directory, 'ca', '-batch', '-notext', '-config', file('cnf'), '-in', file('csr'), '-cert', this.file,
        '-keyfile', path.join(this.directory, `${this.name}.key`), '-extfile', file('ext'), '-startdate', from ?? '20200101000000Z', '-enddate', until,
        '-out', file('pem'));
      return { cert: file('pem'), key: file('key') };
    }
    await openssl(this.directory, 'x509', '-req', '-in', file('csr'), '-CA', this.file, '-CAkey', path.join(this.directory, `${this.name}.key`),
      '-CAcreateserial', '-days', '2', '-extfile', file('ext'), '-out', file('pem'));
    return { cert: file('pem'), key: file('key') };
  }
}
