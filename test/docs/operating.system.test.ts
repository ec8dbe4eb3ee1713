import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { LOG_FIELDS } from '../../src/observability/logFields.ts';
import { readPage } from '../helpers/page.ts';
import { HASH_KEY, SILENT } from '../helpers/testLog.ts';

const PAGE = readPage('docs/operating.md');

describe('docs/operating.md', () => {
  it('docs/operating.md has a command that gives the hash of an identity, as pasted', async () => {
    const env = { ...process.env, LOG_HASH_KEY: HASH_KEY };
    const { stdout } = await promisify(execFile)('sh', ['-c', PAGE.block('printf')], { env });
    expect(stdout).toBe(`${SILENT.hashOf('sandbox-user')}\n`);
  });

  it('docs/operating.md names every field of the log, and no other', () => {
    const start = PAGE.rows.findIndex(([first]) => first === 'field');
    const end = PAGE.rows.findIndex(([first]) => first === 'signal');
    const named = PAGE.rows
      .slice(start + 2, end)
      .flatMap(([fields]) => [...fields!.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
    expect(named.sort()).toEqual([...LOG_FIELDS].sort());
  });

  it('docs/operating.md asks only for metrics that it explains', () => {
    const explained = PAGE.rows.flatMap(([first]) => /^`(verify_push_\w+)`$/.exec(first!)?.[1] ?? []);
    expect(explained.length).toBeGreaterThan(8);
    for (const [name] of PAGE.text.matchAll(/verify_push_\w+/g)) expect(explained).toContain(name);
  });

  it('docs/operating.md explains every reason why the gateway is not ready', () => {
    const source = readFileSync('src/http/health.ts', 'utf8');
    const body = source.slice(
      source.indexOf('function reasonNotReady'),
      source.indexOf('function sendReadiness'),
    );
    const reasons = [...body.matchAll(/'([^']+)'/g)]
      .map(([, text]) => text!)
      .filter((text) => text !== 'lost');
    expect(reasons.length).toBeGreaterThan(3);
    for (const reason of reasons) expect(PAGE.row(`\`${reason}\``), reason).toBeDefined();
  });

  it('docs/operating.md names every command that the user of Redis needs', () => {
    const scripts = readFileSync('src/store/redisScripts.ts', 'utf8');
    const commands = new Set([...scripts.matchAll(/redis\.call\('(\w+)'/g)].map(([, name]) => name!));
    const [list] = /Its\s+user\s+needs\s+these\s+commands([^]*?)\n\n/.exec(PAGE.text)!;
    for (const command of [...commands, 'evalsha', 'eval', 'info']) expect(list).toContain(`\`${command}\``);
  });
});
