import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/auth/caller.ts';
import { makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import { readPage } from '../helpers/page.ts';
import { startGateway } from '../helpers/startGateway.ts';

const PAGE = readPage('docs/security.md');
const shell = (command: string, env: NodeJS.ProcessEnv = process.env) =>
  promisify(execFile)('sh', ['-c', command], { env }).then(({ stdout }) => stdout);

describe('docs/security.md', () => {
  it('docs/security.md has a checklist whose commands print what it says', { timeout: 60_000 }, async () => {
    const key = await makeKey('one');
    const issuer = await startIssuer(key);
    const { url } = await startGateway({
      ...issuer.env,
      NODE_ENV: 'production',
      ALLOWED_ORIGINS: 'https://app.example.com',
      LIMIT_REQUESTS_PER_MINUTE: '',
    });
    const [setUp, ...checks] = PAGE.block('ask()').trim().split('\n\n') as [string, ...string[]];
    expect(checks.length).toBeGreaterThan(5);
    const env = {
      ...process.env,
      GATEWAY: url,
      TOKEN: await sign(key, { scope: 'verify:resend verify:read' }),
    };
    for (const check of checks) {
      const [, expected] = /^#> (.*)$/m.exec(check)!;
      // grep answers with 1 when it counts nothing.
      expect((await shell(`${setUp}\n${check}\ntrue`, env)).trim(), check).toBe(expected);
    }
  });

  it('docs/security.md has a command that makes an API key and its hash', async () => {
    const [key, hashLine] = (await shell(PAGE.block('KEY='))).trim().split('\n');
    expect(key).toMatch(/^[\da-f]{64}$/);
    expect(hashLine!.split(' ')[0]).toBe(hash('sha256', key!));
    const { graphql } = await startGateway({ AUTH: 'required', API_KEYS: `page:${hash('sha256', key!)}` });
    expect((await graphql('{ __typename }')).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });

  it('docs/security.md has a check from inside that says whether the gateway is ready', async () => {
    const { url } = await startGateway();
    const [ready] = PAGE.block('# Ready').split('\n\n');
    expect(JSON.parse(await shell(ready!.replace('http://127.0.0.1:4000', url)))).toEqual({
      status: 'ready',
    });
  });

  it('docs/security.md says what each scope allows', () => {
    for (const scope of SCOPES) expect(PAGE.row(`\`${scope}\``)?.[1], scope).toMatch(/\w/);
  });

  it('docs/security.md names a test for every threat', () => {
    const start = PAGE.rows.findIndex(([first]) => first === 'threat');
    const threats = PAGE.rows.slice(start + 2);
    expect(threats.length).toBeGreaterThan(15);
    for (const [threat, , tests] of threats)
      expect(tests, threat).toMatch(/^`test\/[\w/.]+`(, `test\/[\w/.]+`)*$/);
  });
});
