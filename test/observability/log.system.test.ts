import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PENDING, RESEND } from '../helpers/startGateway.ts';
import { preload, startCommand } from '../helpers/startCommand.ts';

const CRASH = preload(`process.on('SIGUSR2', () => { throw new Error('a crash') })`);
const PIPE_BYTES = 65_536;
const MAX_END_MS = 3_000;

function open(path: string, flags: number): number {
  const fd = openSync(path, flags);
  onTestFinished(() => closeSync(fd));
  return fd;
}

/** A pipe that is full and that is never read. */
function fullPipe(): number {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const fd = open(join(folder, 'pipe'), constants.O_RDWR);
  writeSync(fd, Buffer.alloc(PIPE_BYTES, ' '));
  return fd;
}

const fullDisk = () => open('/dev/full', constants.O_WRONLY);

describe.each([
  ['a full disk', 'json', fullDisk],
  ['a full disk', 'pretty', fullDisk],
  ['a pipe that is never read', 'json', fullPipe],
  ['a pipe that is never read', 'pretty', fullPipe],
  ['a pipe that is closed', 'json', undefined],
] as const)('with %s as its standard output, a gateway that logs as %s', (_, format, openOutput) => {
  const start = async () => {
    const command = await startCommand(
      { ...CRASH, LOG_FORMAT: format, LIMIT_REQUESTS_PER_MINUTE: '0', RESEND_COOLDOWN_SECONDS: '0' },
      ['ignore', openOutput?.() ?? 'pipe', 'ignore'],
    );
    command.child.stdout?.destroy();
    return command;
  };

  it('answers, and ends on SIGTERM', async () => {
    const { url, end } = await start();
    for (let count = 0; count < 60; count += 1) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: JSON.stringify({ query: RESEND, variables: PENDING }),
      });
      expect(await response.text()).toMatch(/Notification/);
    }
    const { code, killedBy, ms } = await end('SIGTERM');
    expect([code, killedBy]).toEqual([0, null]);
    expect(ms).toBeLessThan(MAX_END_MS);
  });

  it('ends with exit code 1 after an error that is not caught', async () => {
    const { end } = await start();
    const { code, killedBy, ms } = await end('SIGUSR2');
    expect([code, killedBy]).toEqual([1, null]);
    expect(ms).toBeLessThan(MAX_END_MS);
  });
});
