import { expect, it } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

it('metrics count what mutations answer, and hold nothing personal', async () => {
  const { url, resend, graphql } = await startGateway();
  await resend();
  await resend();
  await resend({ challengeSid: seededSid('YC', 60323) });
  const { serviceSid, identity } = PENDING;
  await graphql('mutation ($input: CreateEntityInput!) { createEntity(input: $input) { __typename } }', {
    input: { serviceSid, identity },
  });
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  for (const line of [
    'verify_push_writes_total{mutation="resendChallengeNotification",outcome="Notification"} 2',
    'verify_push_writes_total{mutation="resendChallengeNotification",outcome="ChallengeExpiredError"} 1',
    'verify_push_writes_total{mutation="createEntity",outcome="EntityAlreadyExistsError"} 1',
    'verify_push_breaker_open{product="verify",calls="writes"} 0',
    'verify_push_fatigue_holds_total 0',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).toMatch(/^verify_push_state_entries \d+$/m);
  expect(text).not.toContain(identity);
});

it('every metric is named once, with a help and a type', async () => {
  const { url } = await startGateway();
  const text = await (await fetch(`${url}/metrics`)).text();
  const named = (kind: string) =>
    [...text.matchAll(new RegExp(`^# ${kind} (\\w+)`, 'gm'))].map(([, name]) => name!);
  expect(named('HELP')).toEqual(named('TYPE'));
  expect(new Set(named('TYPE')).size).toBe(named('TYPE').length);
  for (const name of named('TYPE')) expect(name).toMatch(/^verify_push_/);
});
