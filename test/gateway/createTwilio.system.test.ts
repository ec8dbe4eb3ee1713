import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('createTwilio warns of what was meant for it, and of nothing that the server may have', async () => {
  const env = { REDIS_URI: 'x', JWT_SECRET: 'x', AUTH_SECRET: 'x', TRUST_PROXY: 'x', ALLOWED_HOSTS: 'x' };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { createTwilio } from './dist/index.js'; await (await createTwilio(process.env)).close();`,
    ],
    { env },
  );
  const lines = stdout.split('\n').filter((line) => line !== '');
  const warnings = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 40);
  expect(warnings.map(({ msg }) => msg)).toEqual([
    'REDIS_URI is not a variable of this gateway; did you mean REDIS_URL?',
  ]);
});
