import { describe, expect, it } from 'vitest';
import { bothWays, EVERY_MEMBER, RESEND_EVERYTHING } from '../helpers/everyMember.ts';
import { PENDING } from '../helpers/startGateway.ts';
import { asOfHost, HOSTS } from '../helpers/stitchedHost.ts';

describe.each(HOSTS)('through a host, %s', (host, start, prefix) => {
  it.each(EVERY_MEMBER)(`a host, ${host}, answers %s as the gateway does`, async (member, variables) => {
    const { direct, through } = await start(prefix);
    if (member === 'ResendCooldownError') await direct(RESEND_EVERYTHING, PENDING);
    const answers = await bothWays(
      [member, variables],
      (...request) => direct(RESEND_EVERYTHING, ...request),
      (...request) => through(RESEND_EVERYTHING, ...request),
    );
    expect(answers.member).toBe(member);
    expect(answers.through).toEqual(asOfHost(answers.direct, prefix));
  });
});
