import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { isUnionType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { LOG_FIELDS } from '../src/observability/logFields.ts';
import { SEEDED_CHALLENGES } from '../src/sandbox/seed.ts';
import { buildSchema } from '../src/schema/index.ts';
import { makeKey, sign, startIssuer } from './helpers/issuer.ts';
import { PENDING, startGateway } from './helpers/startGateway.ts';
import { HASH_KEY, SILENT } from './helpers/testLog.ts';

const README = readFileSync('README.md', 'utf8');
const codeBlocks = [...README.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, language, code]) => ({
  language,
  code: code!,
}));
const block = (start: string) => codeBlocks.find(({ code }) => code.startsWith(start))!.code;
const rows = README.split('\n').filter((line) => line.startsWith('| `'));
const cells = (row: string) => row.split('|').map((cell) => cell.trim());

describe('the README', () => {
  it('the README has a curl that works as pasted: a Notification, and then the cooldown', async () => {
    const { url } = await startGateway({ RESEND_COOLDOWN_SECONDS: '' });
    const command = block('curl').replaceAll('http://127.0.0.1:4000', url);
    const answers = [];
    for (let count = 0; count < 2; count += 1) {
      const { stdout } = await promisify(execFile)('sh', ['-c', command]);
      answers.push(JSON.parse(stdout).data.resendChallengeNotification.__typename);
    }
    expect(answers).toEqual(['Notification', 'ResendCooldownError']);
  });

  it('the README has a browser example that works as pasted', async () => {
    const { url } = await startGateway();
    const source = block('const RESEND').replace('export ', '');
    const resendPush = new Function(`${source}; return resendPush;`)() as (
      endpoint: string,
      challenge: object,
    ) => Promise<string>;
    const ask = (challengeSid: string) => resendPush(`${url}/graphql`, { ...PENDING, challengeSid });
    expect(await ask(PENDING.challengeSid)).toBe('We sent it again.');
    expect(await ask('YC00000000000000000000000000060323')).toBe(
      'This sign-in has expired. Start a new one.',
    );
    expect(await ask('YC00000000000000000000000000020003')).toBe('Something went wrong; try again later.');
    for (const body of [
      'application/json,{"message":"Endpoint request timed out"}',
      'text/html,<h1>502</h1>',
    ]) {
      expect(await resendPush(`data:${body}`, PENDING)).toBe('Something went wrong; try again later.');
    }
  });

  it('the README has a query around a challenge that works as pasted', async () => {
    const { graphql } = await startGateway();
    const { serviceSid, identity } = PENDING;
    const { data, errors } = await graphql(block('query Pending'), { serviceSid, identity });
    expect(errors).toBeUndefined();
    expect(data?.['entity'].challenges.edges).toHaveLength(5);
    expect(data?.['entity'].factors.edges).toHaveLength(4);
  });

  it('the README has a query for the button that works as pasted', async () => {
    const { graphql } = await startGateway();
    const { data } = await graphql(block('query Button'), PENDING);
    expect(data?.['challenge'].resend).toMatchObject({ allowed: true, notificationsRemaining: 3 });
  });

  it('the README has an example of each operation of Notify that works as pasted', async () => {
    const { graphql } = await startGateway();
    const { data: made } = await graphql(block('mutation Register'));
    expect(made).toMatchObject({ createNotifyBinding: { __typename: 'NotifyBinding', tags: ['beta'] } });
    const { sid } = made!['createNotifyBinding'];
    const { data: list } = await graphql(block('query Registered'));
    expect(list!['notifyBindings'].edges).toContainEqual({
      node: { sid, bindingType: 'SMS', address: '+14155550100' },
    });
    const { data: one } = await graphql(block('query One'), { sid });
    expect(one).toMatchObject({ notifyBinding: { bindingType: 'SMS' } });
    const { data: sent } = await graphql(block('mutation Send'));
    expect(sent).toMatchObject({ sendNotifyNotification: { __typename: 'NotifyNotification' } });
    const { data: gone } = await graphql(block('mutation Forget'), { sid });
    expect(gone).toEqual({ deleteNotifyBinding: { __typename: 'DeletedNotifyBinding', sid } });
    expect((await graphql(block('query One'), { sid })).data).toEqual({ notifyBinding: null });
  });

  it('the README has a checklist whose commands print what it says', { timeout: 60_000 }, async () => {
    const key = await makeKey('one');
    const issuer = await startIssuer(key);
    const { url } = await startGateway({
      ...issuer.env,
      NODE_ENV: 'production',
      ALLOWED_ORIGINS: 'https://app.example.com',
      LIMIT_REQUESTS_PER_MINUTE: '',
    });
    const [setUp, ...checks] = block('ask()').trim().split('\n\n') as [string, ...string[]];
    expect(checks.length).toBeGreaterThan(5);
    const env = {
      ...process.env,
      GATEWAY: url,
      TOKEN: await sign(key, { scope: 'verify:resend verify:read' }),
    };
    for (const check of checks) {
      const [, expected] = /^#> (.*)$/m.exec(check)!;
      // grep answers with 1 when it counts nothing.
      const { stdout } = await promisify(execFile)('sh', ['-c', `${setUp}\n${check}\ntrue`], { env });
      expect(stdout.trim(), check).toBe(expected);
    }
  });

  it('the README names the seeded challenges of every member in its row', () => {
    const union = buildSchema().getType('ResendChallengeNotificationResult');
    const members = isUnionType(union) ? union.getTypes().map(({ name }) => name) : [];
    expect(members).toHaveLength(13);
    for (const member of members) {
      const row = rows.find((line) => cells(line)[1] === `\`${member}\``);
      expect(row, member).toBeDefined();
      const coded = SEEDED_CHALLENGES.filter(
        ({ outcome, sid }) => outcome === member && !sid.includes('0009000'),
      );
      for (const { sid } of coded) expect(row).toContain(sid);
    }
  });

  it('the README has a row for every other mutation, with the failures it has of its own', () => {
    const schema = buildSchema();
    const common =
      /^(InvalidInput|RateLimited|UpstreamUnavailable|UpstreamRejected|WriteOutcomeUnknown)Error$/;
    for (const { name, type } of Object.values(schema.getMutationType()!.getFields())) {
      if (name === 'resendChallengeNotification' || !isUnionType(type)) continue;
      const [, , gives = '', failures = ''] = cells(
        rows.find((line) => cells(line)[1] === `\`${name}\``) ?? '',
      );
      const [object, ...errors] = type.getTypes().map((member) => member.name);
      expect(gives, name).toContain(`\`${object}\``);
      const named = [...failures.matchAll(/`(\w+Error)`/g)].map(([, error]) => error);
      expect(named, name).toEqual(errors.filter((error) => !common.test(error)));
    }
  });

  it('the README lists every fault without a code, and UPSTREAM_MISCONFIGURED', () => {
    for (const { sid } of SEEDED_CHALLENGES) expect(README).toContain(sid);
  });

  it('the README has a command that gives the hash of an identity, as pasted', async () => {
    const env = { ...process.env, LOG_HASH_KEY: HASH_KEY };
    const { stdout } = await promisify(execFile)('sh', ['-c', block('printf')], { env });
    expect(stdout).toBe(`${SILENT.hashOf('sandbox-user')}\n`);
  });

  it('the README names every field of the log, and no other', () => {
    const table = README.slice(README.indexOf('## The log'), README.indexOf('The hash is an HMAC'));
    const named = table
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...cells(line)[1]!.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
    expect(named.filter((name) => name !== 'msg').sort()).toEqual([...LOG_FIELDS].sort());
  });

  it('the README says why each dependency is there', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      dependencies: object;
      peerDependencies: object;
    };
    const table = README.slice(README.indexOf('### Dependencies'), README.indexOf('## Speed'));
    const listed = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
    );
    expect(listed.sort()).toEqual(Object.keys(dependencies).sort());
    for (const peer of Object.keys(peerDependencies)) expect(table).toContain(`\`${peer}\``);
  });

  it('the README names every recipe, and no other', () => {
    const named = [...README.matchAll(/`examples\/([\w-]+)`/g)].map(([, name]) => name!);
    expect([...new Set(named)].sort()).toEqual(readdirSync('examples').sort());
  });

  it('the README links to pages that exist', () => {
    const pages = new Set([...README.matchAll(/\]\((docs\/[\w.]+)\)/g)].map(([, page]) => page!));
    expect([...pages].sort()).toEqual(
      readdirSync('docs')
        .map((page) => `docs/${page}`)
        .sort(),
    );
  });

  it('the README names only commands that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
    const named = new Set([...README.matchAll(/`npm run ([\w:]+)`/g)].map(([, name]) => name));
    expect(named.size).toBeGreaterThan(3);
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });
});
