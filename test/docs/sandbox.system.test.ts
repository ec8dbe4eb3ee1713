import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as seed from '../../src/sandbox/seed.ts';
import { startTestSandbox } from '../helpers/startTestSandbox.ts';

const PAGE = readFileSync('docs/sandbox.md', 'utf8');
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code]) => code!);
const run = promisify(execFile);

describe('docs/sandbox.md', () => {
  it('docs/sandbox.md has curl examples that work as pasted, one after the other', async () => {
    const { url } = await startTestSandbox();
    const script = blocks('sh')
      .filter((code) => !code.startsWith('npm run'))
      .map((code) =>
        code
          .replace('http://127.0.0.1:4010', url)
          .replaceAll('curl -s', 'curl -sS --fail-with-body -w "\\n"'),
      );
    const { stdout } = await run('sh', ['-ec', script.join('\necho ---\n')]);
    const answers = stdout.split('---\n').map((text) =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    );

    const [, offline, answered, later, registered, notified] = answers;
    expect(offline![0]).toMatchObject({ online: false });
    expect(offline![3]).toMatchObject({ pushes: [{ ttl: 120, notificationSid: offline![1].sid }] });
    expect(answered!.slice(0, 2)).toMatchObject([{ status: 'approved' }, { status: 'denied' }]);
    expect(answered![2].challenges[0]).toMatchObject({ sid: seed.seededSid('YC', 1) });
    expect(later![0]).toMatchObject({ aheadSeconds: 3600 });
    expect(later![1].challenges).toHaveLength(1);
    expect(registered!.at(-1)).toMatchObject({ status: 'verified', friendly_name: 'My phone' });
    const [binding, sent, { pushes }, { bindings }] = notified!;
    expect(pushes).toMatchObject([
      { type: 'notify_notification', notificationSid: sent.sid, bindingSid: binding.sid, title: 'Statement' },
    ]);
    expect(bindings).toEqual([binding]);
  });

  it('docs/sandbox.md has programs that work as pasted', async () => {
    const programs = blocks('js').filter((code) => code.startsWith('import'));
    expect(programs).toHaveLength(2);
    const node = (code: string) => run(process.execPath, ['--input-type=module', '-e', code]);
    const [three, withSdk] = await Promise.all(programs.map(node));
    expect(three!.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+ AC0{32} sandbox VA0{32} sandbox-user\n$/);
    expect(withSdk!.stdout).toBe('approved\n');
  });

  it('docs/sandbox.md names every seed', () => {
    const sids = [...seed.SEEDED_CHALLENGES, ...seed.SEEDED_FACTORS].map(({ sid }) => sid);
    for (const sid of sids) expect(PAGE.includes(`| \`${sid}\``), sid).toBe(true);
    expect(PAGE.includes(`\`${seed.UPDATE_LIMIT_CHALLENGE_SID}\``)).toBe(true);
  });

  it('docs/sandbox.md names every fault of Notify', () => {
    for (const number of seed.NOTIFY_FAULTS.keys()) expect(PAGE).toContain(`| ${number} `);
    expect(PAGE).toContain(`\`${seed.SANDBOX_NOTIFY_SERVICE_SID}\``);
  });

  it('docs/sandbox.md has a program for Notify that works after the one it continues', async () => {
    const [withSdk] = blocks('js').filter((code) => code.includes('class SandboxClient'));
    const [forNotify] = blocks('js').filter((code) => code.includes('client.notify'));
    const program = withSdk!
      .replace('await sandbox.close();', '')
      .concat(
        forNotify!,
        'console.log(sandbox.device().inbox.at(-1).title, sandbox.notifyNotifications.length);',
      )
      .concat('await sandbox.close();');
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program]);
    expect(stdout).toBe('approved\nStatement 1\n');
  });

  it('docs/sandbox.md names members that a sandbox and its devices have', async () => {
    const sandbox = await startTestSandbox();
    const [phone] = blocks('js').filter((code) => code.startsWith('const phone'));
    for (const [, owner, name] of phone!.matchAll(/\b(sandbox|phone)\.(\w+)/g)) {
      expect(name! in (owner === 'phone' ? sandbox.device() : sandbox), name).toBe(true);
    }
  });

  it('docs/sandbox.md explains every path of the control API', () => {
    const source = readFileSync('src/sandbox/control.ts', 'utf8');
    const routes = [...source.matchAll(/route\('(\w+)', `\$\{CONTROL_PATH\}([^`]*)`/g)].map(
      ([, method, path]) => `| \`${method} /_sandbox${path!.replaceAll(/:(\w+)/g, '{$1}')}\``,
    );
    expect(routes).toHaveLength(11);
    for (const row of routes) expect(PAGE).toContain(row);
  });

  it('docs/sandbox.md is part of the package', () => {
    const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] };
    expect(files).toContain('docs');
    expect(readdirSync('docs')).toContain('sandbox.md');
  });
});
