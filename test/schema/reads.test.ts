import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { PENDING, startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

const { serviceSid, identity, challengeSid } = PENDING;
const factorSid = seededSid('YF', 1);
const place = `serviceSid: "${serviceSid}", identity: "${identity}"`;

/** Lets one operation ask for as much as these tests do. */
const MANY = { LIMIT_ALIASES: '100', LIMIT_ROOT_FIELDS: '100' };

describe('the objects around a challenge', () => {
  it('service is read with every field', async () => {
    const { graphql } = await startGateway();
    const { data, errors } = await graphql(`{ service(sid: "${serviceSid}") {
      sid accountSid friendlyName codeLength lookupEnabled psd2Enabled skipSmsToLandlines dtmfInputRequired ttsName
      doNotShareWarningEnabled customCodeEnabled push { includeDate apnCredentialSid fcmCredentialSid }
      totp { issuer timeStep codeLength skew } defaultTemplateSid verifyEventSubscriptionEnabled
      dateCreated dateUpdated url
    } }`);
    expect(errors).toBeUndefined();
    expect(data?.['service']).toMatchObject({
      sid: serviceSid,
      friendlyName: 'Sandbox',
      codeLength: 6,
      lookupEnabled: false,
      dtmfInputRequired: true,
      push: { includeDate: false, apnCredentialSid: null },
      totp: { issuer: 'Sandbox', timeStep: 30, codeLength: 6, skew: 1 },
      dateCreated: expect.stringMatching(/Z$/),
    });
  });

  it('entity is read with every field', async () => {
    const { graphql } = await startGateway();
    const { data } = await graphql(
      `{ entity(${place}) { sid accountSid serviceSid identity dateCreated dateUpdated url } }`,
    );
    expect(data?.['entity']).toMatchObject({ sid: seededSid('YE', 0), serviceSid, identity });
  });

  it('factor is read with every field, and the entity that owns it', async () => {
    const { graphql } = await startGateway();
    const { data } = await graphql(`{ factor(${place}, sid: "${factorSid}") {
      sid entitySid friendlyName status factorType metadata url entity { sid identity }
      config { sdkVersion appId notificationPlatform notificationToken alg skew codeLength timeStep }
    } }`);
    expect(data?.['factor']).toMatchObject({
      sid: factorSid,
      friendlyName: 'Phone',
      status: 'VERIFIED',
      factorType: 'PUSH',
      config: { appId: 'com.example.sandbox', notificationPlatform: 'FCM', alg: null, timeStep: null },
      entity: { identity },
    });
  });

  it.each([
    ['service', `service(sid: "VA${'f'.repeat(32)}")`],
    ['entity', `entity(serviceSid: "${serviceSid}", identity: "nobody-here")`],
    ['factor', `factor(${place}, sid: "YF${'f'.repeat(32)}")`],
  ])('%s is null when it does not exist', async (name, field) => {
    const { graphql } = await startGateway();
    expect(await graphql(`{ ${field} { sid } }`)).toEqual({ data: { [name]: null } });
  });

  it.each([
    ['service(sid: "x")', ['sid']],
    ['entity(serviceSid: "x", identity: "..")', ['serviceSid', 'identity']],
    ['factor(serviceSid: "x", identity: "..", sid: "YC")', ['serviceSid', 'identity', 'sid']],
  ])('%s is refused with every problem', async (field, paths) => {
    const { graphql } = await startGateway();
    const { errors } = await graphql(`{ ${field} { sid } }`);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors![0]!.extensions!['issues'].map((issue: { path: string }) => issue.path)).toEqual(paths);
  });

  it('a challenge leads to its factor, its entity and its service', async () => {
    const { graphql } = await startGateway();
    const { data } = await graphql(`{ challenge(${place}, sid: "${challengeSid}") {
      factor { sid entity { sid } } entity { sid } service { sid } hiddenDetails metadata
    } }`);
    expect(data?.['challenge']).toEqual({
      factor: { sid: factorSid, entity: { sid: seededSid('YE', 0) } },
      entity: { sid: seededSid('YE', 0) },
      service: { sid: serviceSid },
      hiddenDetails: null,
      metadata: null,
    });
  });
});

describe('node', () => {
  const OBJECTS = `{
    service(sid: "${serviceSid}") { id }
    entity(${place}) { id }
    factor(${place}, sid: "${factorSid}") { id }
    challenge(${place}, sid: "${challengeSid}") { id }
  }`;

  it('node reads every type again by its id, in order and with gaps', async () => {
    const { graphql } = await startGateway();
    const { data } = await graphql(OBJECTS);
    const ids = Object.values(data!).map(({ id }) => id as string);
    expect(new Set(ids).size).toBe(4);
    const missing = Buffer.from(`Service/VA${'f'.repeat(32)}`).toString('base64url');
    const again = await graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
      ids: [...ids, missing],
    });
    expect(again.data?.['nodes']).toEqual([
      { __typename: 'Service', id: ids[0] },
      { __typename: 'Entity', id: ids[1] },
      { __typename: 'Factor', id: ids[2] },
      { __typename: 'Challenge', id: ids[3] },
      null,
    ]);
    const one = await graphql('query ($id: ID!) { node(id: $id) { ... on Challenge { sid status } } }', {
      id: ids[3],
    });
    expect(one.data?.['node']).toEqual({ sid: challengeSid, status: 'PENDING' });
  });

  it('nodes takes at most 50 ids at once', async () => {
    const { graphql } = await startGateway();
    const id = Buffer.from(`Service/${serviceSid}`).toString('base64url');
    const read = (count: number) =>
      graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array(count).fill(id) });
    expect((await read(50)).data?.['nodes']).toHaveLength(50);
    expect((await read(51)).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', issues: [{ path: 'ids' }] } },
    ]);
  });

  const forged = (text: string) => Buffer.from(text).toString('base64url');
  it.each([
    ['', 'nothing'],
    ['%%%', 'no base64'],
    [forged('Service'), 'no key'],
    [forged('__proto__/x'), 'no type'],
    [forged('Notification/NT1'), 'a type that is no node'],
    [forged(`Service/${serviceSid}/Entities`), 'one part too many'],
    [forged(`Entity/${serviceSid}/..`), 'a dot segment'],
    [forged(`Entity/${serviceSid}/a?b=cdefgh`), 'a query'],
    [forged(`Challenge/${serviceSid}/${identity}/${factorSid}`), 'the SID of something else'],
  ])('the id %j is refused: %s', async (id) => {
    const upstream = await startUpstream(httpAnswer(200, '{"sid":"x"}'));
    const { graphql } = await startGateway(upstreamAt(upstream.url));
    const { data, errors } = await graphql('query ($id: ID!) { node(id: $id) { id } }', { id });
    expect(data).toEqual({ node: null });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', issues: [{ path: 'id' }] } }]);
    expect(upstream.received).toEqual([]);
  });
});

describe('one operation', () => {
  /** Twilio with any number of challenges that share one factor; counts what it is asked. */
  async function startTwilio() {
    const paths: string[] = [];
    const upstream = await startUpstream((socket, request) => {
      const path = request.split(' ')[1]!;
      paths.push(path);
      socket.write(httpAnswer(200, JSON.stringify({ sid: path.split('/').at(-1), factor_sid: factorSid })));
    });
    return { paths, url: upstream.url };
  }
  const lookups = (count: number) => {
    const fields = Array.from(
      { length: count },
      (_, index) => `c${index}: challenge(${place}, sid: "${seededSid('YC', index)}") { ...Found }`,
    );
    return `{ ${fields.join(' ')} } fragment Found on Challenge { sid factor { sid } }`;
  };

  it('an operation reads a factor that 50 challenges share once', async () => {
    const twilio = await startTwilio();
    const { graphql } = await startGateway({
      ...upstreamAt(twilio.url),
      LIMIT_UPSTREAM_CALLS: '1000',
      ...MANY,
    });
    const { data, errors } = await graphql(lookups(50));
    expect(errors).toBeUndefined();
    expect(data?.['c49']).toEqual({ sid: seededSid('YC', 49), factor: { sid: factorSid } });
    expect(twilio.paths).toHaveLength(51);
  });

  it('an operation makes at most 20 calls and refuses the rest', async () => {
    const twilio = await startTwilio();
    const { graphql } = await startGateway({ ...upstreamAt(twilio.url), ...MANY });
    const { data, errors } = await graphql(lookups(50));
    expect(twilio.paths).toHaveLength(20);
    expect(data?.['c0']).toMatchObject({ sid: seededSid('YC', 0) });
    expect(data?.['c49']).toBeNull();
    expect(new Set(errors!.map(({ extensions }) => extensions?.['code']))).toEqual(
      new Set(['TOO_MANY_UPSTREAM_CALLS']),
    );
    expect((await graphql(lookups(5))).errors, 'the next operation starts anew').toBeUndefined();
  });

  it.each(['application/json', 'application/json; charset=utf-8'])(
    'an operation gives up its reads when the client leaves (accept %s)',
    async (accept) => {
      let isCut = false;
      const upstream = await startUpstream((socket) => void socket.on('close', () => (isCut = true)));
      const { url, lines } = await startGateway({ ...upstreamAt(upstream.url), UPSTREAM_CONNECTIONS: '1' });
      const headers = { 'content-type': 'application/json', accept };
      const client = request(`${url}/graphql`, { method: 'POST', headers });
      client.on('error', () => {});
      client.end(JSON.stringify({ query: lookups(3) }));
      await expect.poll(() => upstream.received.join('')).toContain('GET ');
      client.destroy();
      await expect.poll(() => isCut).toBe(true);
      expect(upstream.received.join('').match(/GET /g), 'those in the queue are never sent').toHaveLength(1);
      expect(lines).toEqual([]);
    },
  );

  it('an operation that asks for the same challenge five ways reads it once', async () => {
    const twilio = await startTwilio();
    const { graphql } = await startGateway(upstreamAt(twilio.url));
    const id = Buffer.from(`Challenge/${serviceSid}/${identity}/${challengeSid}`).toString('base64url');
    const field = `challenge(${place}, sid: "${challengeSid}") { sid }`;
    const { data, errors } = await graphql(
      `{ a: ${field} b: ${field} c: node(id: "${id}") { id } d: nodes(ids: ["${id}", "${id}"]) { id } }`,
    );
    expect(errors).toBeUndefined();
    expect(data?.['d']).toEqual([{ id }, { id }]);
    expect(twilio.paths).toHaveLength(1);
  });
});
