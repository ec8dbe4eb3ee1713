import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { spawnExample } from '../helpers/startExample.ts';
import { readPage } from '../helpers/page.ts';
import { startGateway } from '../helpers/startGateway.ts';

const PAGE = readPage('examples/README.md');
const listed = PAGE.rows.slice(2).map(([name, , command]) => ({
  name: name!.replaceAll('`', ''),
  program: /^`node examples\/(\S+\.js)`$/.exec(command!)![1]!,
}));

describe('examples/README.md', () => {
  it('examples/README.md lists every example', () => {
    const folders = readdirSync('examples').filter((name) => !/^README|^sign-in-page$/.test(name));
    expect(listed.map(({ name }) => name).sort()).toEqual(folders.sort());
  });

  it.each(listed)('the example $name prints a request that works as pasted', async ({ program }) => {
    const { url } = await startGateway({ FEDERATION: 'on' });
    // The pages take the gateway, stitching its endpoint.
    const GATEWAY_URL = program.startsWith('stitching') ? `${url}/graphql` : url;
    const {
      url: address,
      stop,
      written,
    } = spawnExample(program, {
      GATEWAY_URL,
      VERIFY_URL: `${url}/graphql`,
    });
    onTestFinished(stop);
    await address;
    const [, request] = /^Try(?: a [\w-]+ \w+)?: (.+)$/m.exec(written())!;
    if (/^https?:/.test(request!)) {
      expect((await fetch(request!)).status).toBe(200);
      return;
    }
    const { stdout } = await promisify(execFile)('sh', ['-c', request!]);
    const { data, errors } = JSON.parse(stdout) as { data: object; errors?: object[] };
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).toMatch(/PENDING|Ada/);
  });

  it('the head of every example names the command that starts it', () => {
    for (const { program } of listed.filter(({ program }) => program.endsWith('index.js'))) {
      expect(readFileSync(`examples/${program}`, 'utf8'), program).toContain(`node examples/${program}`);
    }
  });
});
