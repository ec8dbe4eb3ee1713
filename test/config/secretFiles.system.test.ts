import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { secretFile } from '../helpers/secretFile.ts';

it('a pipe is refused as a secret file, without waiting for anybody to write to it', () => {
  const path = join(secretFile().directory, 'pipe');
  execFileSync('mkfifo', [path]);
  const env = { TWILIO_ACCOUNT_SID: `AC${'1'.repeat(32)}`, AUTH: 'none', TWILIO_AUTH_TOKEN_FILE: path };
  expect(() => readConfig(env)).toThrow('\n  - TWILIO_AUTH_TOKEN_FILE must name a file');
});
