import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { describe, expect, it, onTestFinished } from 'vitest';

/** What a page loads that imports these names, as a bundler for browsers makes it. */
async function bundle(names: string): Promise<{ code: string; gzippedBytes: number; outside: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const page = join(folder, 'page.js');
  const from = JSON.stringify(resolve('dist/client/index.js'));
  writeFileSync(page, `import { ${names} } from ${from};\nglobalThis.used = { ${names} };`);
  const build = await rolldown({ input: page, platform: 'browser' });
  const { output } = await build.generate({ minify: true });
  await build.close();
  expect(output).toHaveLength(1);
  const { code, imports } = output[0];
  return { code, gzippedBytes: gzipSync(code).length, outside: imports };
}

const BUTTON = 'ResendChallengeNotificationDocument, matchResult, createIntent';

describe('the size of the client', () => {
  it('the client is small in a page with a button that sends again', async () => {
    const { code, gzippedBytes } = await bundle(BUTTON);
    expect(gzippedBytes).toBeLessThan(2_000);
    expect(code.length).toBeLessThan(9_000);
  });

  it('the client brings nothing along that a page does not import', async () => {
    const { code } = await bundle(BUTTON);
    expect(code).toContain('resendChallengeNotification');
    for (const other of [
      'createChallenge',
      'pageInfo',
      '__schema',
      'NotifyPriority',
      'UpdateChallengeResult',
    ]) {
      expect(code).not.toContain(other);
    }
  });

  it('the client needs neither packages nor Node.js in a page', async () => {
    const { outside, code } = await bundle(
      `${BUTTON}, introspection, keys, possibleTypes, CreateChallengeDocument`,
    );
    expect(outside).toEqual([]);
    expect(code).not.toMatch(/\bprocess\b|\bBuffer\b|node:|require\(/);
  });
});
