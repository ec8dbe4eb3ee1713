import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { startUpstream } from '../helpers/upstream.ts';

test('the sandbox is a package of three lines', async () => {
  const source = `
    import { startSandbox } from 'verify-push-gateway/sandbox';
    const sandbox = await startSandbox();
    const { sid } = await (await fetch(\`\${sandbox.url}/v2/Services/\${sandbox.serviceSid}/Entities/\${sandbox.identity}/Challenges\`, {
      method: 'POST',
      headers: { authorization: 'Basic ' + btoa(sandbox.accountSid + ':' + sandbox.authToken) },
      body: new URLSearchParams({ FactorSid: sandbox.device().factorSid, 'Details.Message': 'Sign in?' }),
    })).json();
    sandbox.device().approve(sid);
    console.log(sandbox.device().inbox.length, sandbox.notifications.length);
    await sandbox.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source]);
  expect(stdout).toBe('1 0\n');
});

test('a gateway in front of Twilio has no sandbox, and nothing under /_sandbox', async () => {
  const upstream = await startUpstream('');
  const { url, sandbox } = await startGateway({ UPSTREAM: 'twilio', ...upstreamAt(upstream.url) });
  expect(sandbox).toBeUndefined();
  for (const method of ['GET', 'POST']) {
    const answer = await fetch(`${url}/_sandbox/reset`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'POST' && { body: '{}' }),
    });
    expect(answer.status).toBe(404);
  }
  expect(upstream.received).toEqual([]);
});
