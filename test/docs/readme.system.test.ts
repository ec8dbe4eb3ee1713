import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { isUnionType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { SEEDED_CHALLENGES } from '../../src/sandbox/seed.ts';
import { buildSchema } from '../../src/schema/index.ts';
import { readPage } from '../helpers/page.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

const README = readPage('README.md');

describe('README.md', () => {
  it('README.md has at most 200 lines and 1,400 words', () => {
    expect(README.text.split('\n').length - 1).toBeLessThanOrEqual(200);
    expect(README.text.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(1_400);
  });

  it('README.md has a curl that works as pasted: a Notification, and then the cooldown', async () => {
    const { url } = await startGateway({ RESEND_COOLDOWN_SECONDS: '' });
    const command = README.block('curl').replaceAll('http://127.0.0.1:4000', url);
    const answers = [];
    for (let count = 0; count < 2; count += 1) {
      const { stdout } = await promisify(execFile)('sh', ['-c', command]);
      answers.push(JSON.parse(stdout).data.resendChallengeNotification.__typename);
    }
    expect(answers).toEqual(['Notification', 'ResendCooldownError']);
  });

  it('README.md says which resend reaches the limit of Twilio without a cooldown', async () => {
    expect(README.text).toContain('the fourth resend reaches');
    const { resend } = await startGateway({ RESEND_COOLDOWN_SECONDS: '0' });
    const answers = [];
    for (let count = 0; count < 4; count += 1) answers.push((await resend()).__typename);
    expect(answers.indexOf('NotificationCapReachedError')).toBe(3);
  });

  it('README.md has a browser example that works as pasted', async () => {
    const { url } = await startGateway();
    const source = README.block('const RESEND').replace('export ', '');
    const resendPush = new Function(`${source}; return resendPush;`)() as (
      endpoint: string,
      challenge: object,
    ) => Promise<string>;
    const ask = (challengeSid: string) => resendPush(`${url}/graphql`, { ...PENDING, challengeSid });
    expect(await ask(PENDING.challengeSid)).toBe('We sent it again.');
    expect(await ask('YC00000000000000000000000000060323')).toBe(
      'This sign-in has expired. Start a new one.',
    );
    expect(await ask('YC00000000000000000000000000020003')).toBe('Something went wrong. Try again later.');
    for (const body of [
      'application/json,{"message":"Endpoint request timed out"}',
      'text/html,<h1>502</h1>',
    ]) {
      expect(await resendPush(`data:${body}`, PENDING)).toBe('Something went wrong. Try again later.');
    }
  });

  it('README.md has a row for every member of the union, which the named challenges lead to', async () => {
    const union = buildSchema().getType('ResendChallengeNotificationResult');
    const members = isUnionType(union) ? union.getTypes().map(({ name }) => name) : [];
    expect(members).toHaveLength(13);
    for (const member of members) {
      const [, , , tries] = README.row(`\`${member}\``) ?? [];
      const seeds = SEEDED_CHALLENGES.filter(({ outcome }) => outcome === member);
      const [first] = seeds.map(({ sid }) => String(Number(sid.slice(2))));
      if (first !== undefined) expect(tries, member).toMatch(new RegExp(`\\b${first}\\b`));
    }
    const { resend } = await startGateway();
    expect(await resend({ ttl: 301 })).toMatchObject({ __typename: 'InvalidInputError' });
    const { graphql } = await startGateway();
    const { errors } = await graphql(
      'mutation ($sid: ID!) { resendChallengeNotification(serviceSid: "VA00000000000000000000000000000000", identity: "sandbox-user", challengeSid: $sid) { __typename } }',
      { sid: `YC${'20003'.padStart(32, '0')}` },
    );
    expect(errors![0]!.extensions!['code']).toBe('UPSTREAM_MISCONFIGURED');
  });

  it('README.md names the version of Node.js that package.json asks for', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    expect(README.text).toContain(`Node.js ${engines.node.replace('>=', '')} or later`);
  });
});
