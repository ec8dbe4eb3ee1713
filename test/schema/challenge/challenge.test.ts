import { describe, expect, it } from 'vitest';
import { seededSid } from '../../../src/sandbox/seed.ts';
import { PENDING, startGateway, upstreamAt } from '../../helpers/startGateway.ts';
import { closedPort, httpAnswer, startUpstream } from '../../helpers/upstream.ts';

const CHALLENGE = `query ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
  challenge(serviceSid: $serviceSid, identity: $identity, sid: $challengeSid) {
    sid accountSid serviceSid entitySid identity factorSid dateCreated dateUpdated dateResponded expirationDate
    status respondedReason factorType details { message date fields { label value } } url
  }
}`;

describe('challenge', () => {
  it('challenge holds every scalar member of the REST resource', async () => {
    const { graphql, sandbox } = await startGateway();
    const { data, errors } = await graphql(CHALLENGE, PENDING);
    expect(errors).toBeUndefined();
    expect(data?.['challenge']).toEqual({
      sid: PENDING.challengeSid,
      accountSid: seededSid('AC', 0),
      serviceSid: PENDING.serviceSid,
      entitySid: seededSid('YE', 0),
      identity: PENDING.identity,
      factorSid: seededSid('YF', 1),
      dateCreated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
      dateUpdated: data?.['challenge'].dateCreated,
      dateResponded: null,
      expirationDate: expect.any(String),
      status: 'PENDING',
      respondedReason: 'NONE',
      factorType: 'PUSH',
      details: { message: 'Sign in?', date: null, fields: [{ label: 'Place', value: 'Sandbox' }] },
      url: expect.stringMatching(`^${sandbox!.url}/v2/Services/`),
    });
  });

  it('challenge is null when it does not exist', async () => {
    const { graphql } = await startGateway();
    const missing = { ...PENDING, challengeSid: seededSid('YC', 20404) };
    expect(await graphql(CHALLENGE, missing)).toEqual({ data: { challenge: null } });
  });

  it('challenge is read once however often one operation asks for it', async () => {
    const upstream = await startUpstream(httpAnswer(200, JSON.stringify({ sid: PENDING.challengeSid })));
    const { graphql } = await startGateway(upstreamAt(upstream.url));
    const { serviceSid, identity, challengeSid } = PENDING;
    const field = `challenge(serviceSid: "${serviceSid}", identity: "${identity}", sid: "${challengeSid}") { sid }`;
    const { data } = await graphql(`{ a: ${field} b: ${field} c: ${field} }`);
    expect(Object.keys(data!)).toEqual(['a', 'b', 'c']);
    expect(upstream.received.join('').match(/GET /g)).toHaveLength(1);
  });

  it('challenge shows a word Twilio may add later as UNKNOWN, and survives members of another form', async () => {
    const body = {
      sid: PENDING.challengeSid,
      status: 'paused',
      factor_type: 7,
      details: { fields: [1, { label: 'x' }] },
    };
    const { url } = await startUpstream(httpAnswer(200, JSON.stringify(body)));
    const { graphql } = await startGateway(upstreamAt(url));
    const { data, errors } = await graphql(CHALLENGE, PENDING);
    expect(errors).toBeUndefined();
    expect(data?.['challenge']).toMatchObject({
      status: 'UNKNOWN',
      respondedReason: 'UNKNOWN',
      factorType: 'UNKNOWN',
      details: { message: null, fields: [] },
    });
  });

  it('challenge lists every bad argument in one BAD_USER_INPUT, and asks nothing', async () => {
    const upstream = await startUpstream(httpAnswer(200, '{}'));
    const { graphql } = await startGateway(upstreamAt(upstream.url));
    const { data, errors } = await graphql(CHALLENGE, { serviceSid: 'x', identity: '..', challengeSid: 'y' });
    expect(data).toEqual({ challenge: null });
    expect(errors).toMatchObject([{ path: ['challenge'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors![0]!.extensions!['issues'].map(({ path }: { path: string }) => path)).toEqual([
      'serviceSid',
      'identity',
      'sid',
    ]);
    expect(upstream.received).toEqual([]);
  });

  it.each([
    [429, '{"code":20429}', { 'retry-after': '9' }, { code: 'RATE_LIMITED', retryAfterSeconds: 9 }],
    [503, '', {}, { code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: 5 }],
    [500, '', {}, { code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: 5 }],
    [200, '<html>', {}, { code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: 5 }],
    [403, '{"code":60204}', { 'twilio-request-id': 'RQ1' }, { code: 'UPSTREAM_REJECTED', requestId: 'RQ1' }],
    [401, '{"code":20003}', {}, { code: 'UPSTREAM_MISCONFIGURED' }],
  ])('challenge is a top-level error after an upstream %i %s', async (status, body, headers, extensions) => {
    const { url } = await startUpstream(httpAnswer(status, body, headers));
    const { graphql } = await startGateway(upstreamAt(url));
    const { data, errors } = await graphql(CHALLENGE, PENDING);
    expect(data).toEqual({ challenge: null });
    expect(errors).toMatchObject([{ path: ['challenge'] }]);
    expect(errors![0]!.extensions).toEqual(extensions);
  });

  it('challenge is UPSTREAM_UNAVAILABLE when nothing listens', async () => {
    const { graphql } = await startGateway(upstreamAt(`http://127.0.0.1:${await closedPort()}`));
    const { errors } = await graphql(CHALLENGE, PENDING);
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });
});
