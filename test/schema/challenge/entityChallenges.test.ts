import { describe, expect, it } from 'vitest';
import { SANDBOX_ACCOUNT_SID, SANDBOX_AUTH_TOKEN, seededSid } from '../../../src/sandbox/seed.ts';
import { challengeSids, createChallenge } from '../../helpers/sandboxApi.ts';
import { PENDING, startGateway, upstreamAt } from '../../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../../helpers/upstream.ts';

const { serviceSid, identity } = PENDING;
const PAGE = `query ($first: Int, $after: String, $status: ChallengeStatus, $factorSid: ID, $order: ListOrder) {
  entity(serviceSid: "${serviceSid}", identity: "${identity}") {
    challenges(first: $first, after: $after, status: $status, factorSid: $factorSid, order: $order) {
      edges { cursor node { sid status factorSid } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}`;

interface Connection {
  readonly edges: { cursor: string; node: { sid: string; status: string; factorSid: string } }[];
  readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
}

async function startList(count = 0, env: NodeJS.ProcessEnv = {}) {
  const gateway = await startGateway(env);
  const sandbox = gateway.sandbox!;
  for (let index = 0; index < count; index += 1) await createChallenge(sandbox);
  const list = async (variables: object = {}): Promise<Connection> => {
    const { data, errors } = await gateway.graphql(PAGE, variables);
    expect(errors).toBeUndefined();
    return data!['entity'].challenges;
  };
  const walk = async (variables: object, onPage: () => unknown = () => {}): Promise<string[]> => {
    const sids: string[] = [];
    let after: string | null = null;
    for (let pages = 0; pages < 200; pages += 1) {
      const { edges, pageInfo }: Connection = await list({ ...variables, after });
      sids.push(...edges.map(({ node }) => node.sid));
      if (!pageInfo.hasNextPage) return sids;
      after = pageInfo.endCursor;
      await onPage();
    }
    throw new Error('the list has no end');
  };
  return { ...gateway, sandbox, list, walk };
}

describe('Entity.challenges', () => {
  it.each([1, 7, 25, 49, 50])(
    'Entity.challenges gives each of 141 challenges once, in order, %i at a time',
    async (first) => {
      const { walk, sandbox } = await startList(120);
      const all = await challengeSids(sandbox);
      expect(all).toHaveLength(141);
      expect(await walk({ first })).toEqual(all);
      expect(await walk({ first: 50, order: 'DESC' })).toEqual(all.slice().reverse());
    },
  );

  it('Entity.challenges continues after every single item', async () => {
    const { list, sandbox } = await startList(60);
    const all = await challengeSids(sandbox);
    const { edges } = await list({ first: 50 });
    for (const index of [0, 1, 48, 49]) {
      const next = await list({ first: 3, after: edges[index]!.cursor });
      expect(next.edges.map(({ node }) => node.sid)).toEqual(all.slice(index + 1, index + 4));
    }
  });

  it('Entity.challenges keeps its order while challenges are created, oldest first and newest first', async () => {
    const { walk, sandbox } = await startList(60);
    const before = await challengeSids(sandbox);
    const seen = await walk({ first: 10 }, () => createChallenge(sandbox));
    expect(seen.slice(0, before.length)).toEqual(before);
    expect(new Set(seen).size).toBe(seen.length);
    const newestFirst = (await challengeSids(sandbox)).reverse();
    expect(await walk({ first: 10, order: 'DESC' }, () => createChallenge(sandbox))).toEqual(newestFirst);
  });

  it('Entity.challenges knows where it ends', async () => {
    const { list } = await startList();
    const whole = await list({ first: 50 });
    expect(whole.edges).toHaveLength(21);
    expect(whole.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    const behindTheLast = await list({ first: 5, after: whole.pageInfo.endCursor });
    expect(behindTheLast).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
    expect((await list()).edges).toHaveLength(20);
  });

  it('Entity.challenges filters by status and by factor', async () => {
    const { list } = await startList();
    expect((await list({ status: 'APPROVED' })).edges.map(({ node }) => node.sid)).toEqual([
      seededSid('YC', 60322),
    ]);
    const none = seededSid('YF', 60307);
    expect((await list({ factorSid: none })).edges.map(({ node }) => node.factorSid)).toEqual([none]);
    expect((await list({ status: 'DENIED' })).edges).toEqual([]);
  });

  it('Entity.challenges reads at most three pages for one answer', async () => {
    const { graphql, sandbox } = await startList(120, { LIMIT_UPSTREAM_CALLS: '4' });
    const { data } = await graphql(PAGE, { first: 30 });
    const { errors } = await graphql(PAGE, {
      first: 50,
      after: data!['entity'].challenges.pageInfo.endCursor,
    });
    expect(errors).toBeUndefined();
    expect(await challengeSids(sandbox)).toHaveLength(141);
  });

  const cursor = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url');
  it.each([
    [{ first: 0 }, 'first'],
    [{ first: 51 }, 'first'],
    [{ first: -1 }, 'first'],
    [{ after: '' }, 'after'],
    [{ after: 'nonsense' }, 'after'],
    [{ after: cursor([]) }, 'after'],
    [{ after: cursor({ token: 'x' }) }, 'after'],
    [{ after: cursor(['tag', '', null, null]) }, 'after'],
    [{ after: cursor(['tag', null, '../..', null]) }, 'after'],
    [{ after: cursor(['tag', 'x'.repeat(1_001), null, null]) }, 'after'],
    [{ after: cursor(['tag', null, null, null]) }, 'after'],
    [{ status: 'UNKNOWN' }, 'status'],
    [{ factorSid: 'YC' }, 'factorSid'],
  ])('Entity.challenges refuses %j', async (variables, path) => {
    const { graphql } = await startGateway();
    const { data, errors } = await graphql(PAGE, variables);
    expect(data?.['entity']).toEqual({ challenges: null });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', issues: [{ path }] } }]);
  });

  it('Entity.challenges names every argument that breaks a rule', async () => {
    const { graphql } = await startGateway();
    const { errors } = await graphql(PAGE, { first: 51, after: 'x', factorSid: 'YC', status: 'UNKNOWN' });
    const issues = errors![0]!.extensions!['issues'] as { path: string }[];
    expect(issues.map(({ path }) => path)).toEqual(['first', 'after', 'status', 'factorSid']);
  });

  type Parts = [tag: string, token: string | null, sid: string | null, created: number | null];
  /** A cursor of the whole list, changed. */
  const forged = async (
    { list }: Pick<Awaited<ReturnType<typeof startList>>, 'list'>,
    changes: Partial<Parts>,
  ) => {
    const { pageInfo } = await list({ first: 1 });
    const parts = JSON.parse(Buffer.from(pageInfo.endCursor!, 'base64url').toString()) as Parts;
    return cursor(Object.assign(parts, changes));
  };

  it.each([
    ['a token that Twilio refuses', { 1: 'PAforged', 2: null }],
    ['an item that never was', { 2: `YC${'f'.repeat(32)}`, 3: null }],
  ])('Entity.challenges refuses a cursor forged with %s', async (_, changes) => {
    const gateway = await startList();
    const after = await forged(gateway, changes as Partial<Parts>);
    const { errors } = await gateway.graphql(PAGE, { after });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', issues: [{}] } }]);
  });

  it('Entity.challenges refuses a token with the code Twilio has for that', async () => {
    const upstream = await startUpstream((socket, request) => {
      const isEntity = !request.includes('/Challenges');
      const refusal = httpAnswer(400, '{"code":60374}');
      socket.write(isEntity ? httpAnswer(200, '{"sid":"YE1"}') : refusal);
    });
    const { graphql } = await startGateway(upstreamAt(upstream.url));
    const { errors } = await graphql(PAGE, {});
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', issues: [{ path: 'after' }] } }]);
  });

  it.each([{ order: 'DESC' }, { status: 'PENDING' }, { factorSid: seededSid('YF', 1) }])(
    'Entity.challenges refuses a cursor of the whole list for the list %j, at the end of a page too',
    async (filter) => {
      const { graphql, list } = await startList(60);
      for (const first of [3, 25]) {
        const { pageInfo } = await list({ first });
        const { errors } = await graphql(PAGE, { ...filter, after: pageInfo.endCursor });
        expect(errors).toMatchObject([
          { extensions: { code: 'BAD_USER_INPUT', issues: [{ path: 'after' }] } },
        ]);
      }
    },
  );

  it.each(['ASC', 'DESC'])(
    'Entity.challenges in %s order continues when items leave its filter, and loses none',
    async (order) => {
      const { list, sandbox } = await startList();
      for (let index = 0; index < 60; index += 1) {
        sandbox.advanceClock(1);
        await createChallenge(sandbox);
      }
      const phone = sandbox.device();
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { edges, pageInfo }: Connection = await list({ status: 'PENDING', order, first: 7, after });
        seen.push(...edges.map(({ node }) => node.sid));
        const last = edges.at(-1)?.node;
        if (last && !last.sid.startsWith('YC0000')) phone.approve(last.sid);
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after);
      const left = await list({ status: 'PENDING', order, first: 50 });
      expect(left.edges.length).toBe(50);
      expect(new Set(seen).size).toBe(seen.length);
      for (const { node } of left.edges) expect(seen).toContain(node.sid);
    },
  );

  it('Entity.challenges has a cursor when a page is empty and more follow', async () => {
    let token = 0;
    const upstream = await startUpstream((socket, request) => {
      const [path = ''] = /\/v2\S*/.exec(request) ?? [];
      token += 1;
      const next_page_url = `https://verify.twilio.com${path.split('?')[0]}?PageToken=PA${token}`;
      const list = { challenges: [], meta: { next_page_url } };
      socket.write(httpAnswer(200, JSON.stringify(path.includes('?') ? list : { sid: 'YE1' })));
    });
    const { graphql } = await startGateway(upstreamAt(upstream.url));
    const { data } = await graphql(PAGE, {});
    expect(data?.['entity'].challenges).toMatchObject({
      edges: [],
      pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
    });
  });
});

describe('a page that leads elsewhere', () => {
  it.each([
    'https://evil.example/v2/Services/VA1/Entities/x/Challenges?PageToken=1',
    'https://evil.twilio.com.example/v2?PageToken=1',
    'https://verify.twilio.com/v2/Services/other/Challenges?PageToken=1',
    'not a url',
    '/v2/relative?PageToken=1',
  ])(
    'a next page that leads elsewhere is refused, and no other host gets the credentials: %s',
    async (next_page_url) => {
      const foreign = await startUpstream(httpAnswer(200, '{}'));
      const entityPath = `/v2/Services/${serviceSid}/Entities/${identity}`;
      const upstream = await startUpstream((socket, request) => {
        const list = { challenges: [{ sid: PENDING.challengeSid }], meta: { next_page_url } };
        const isEntity = request.startsWith(`GET ${entityPath} `);
        socket.write(httpAnswer(200, JSON.stringify(isEntity ? { sid: 'YE1' } : list)));
      });
      const { graphql } = await startGateway(upstreamAt(upstream.url));
      const { data, errors } = await graphql(PAGE, {});
      expect(data?.['entity']).toEqual({ challenges: null });
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
      expect(foreign.received).toEqual([]);
      expect(upstream.received.join('').match(/GET /g)).toHaveLength(2);
    },
  );
});

describe('Entity.factors', () => {
  it('Entity.factors lists the devices of a person', async () => {
    const { graphql } = await startGateway();
    const { data } = await graphql(`{ entity(serviceSid: "${serviceSid}", identity: "${identity}") {
      factors(first: 2) { edges { node { sid status config { notificationPlatform } } } pageInfo { hasNextPage } }
    } }`);
    expect(data?.['entity'].factors).toEqual({
      edges: [
        { node: { sid: seededSid('YF', 1), status: 'VERIFIED', config: { notificationPlatform: 'FCM' } } },
        {
          node: { sid: seededSid('YF', 60307), status: 'VERIFIED', config: { notificationPlatform: 'NONE' } },
        },
      ],
      pageInfo: { hasNextPage: true },
    });
  });
});

it('the sandbox answers its own account only, lists too', async () => {
  const { sandbox } = await startGateway();
  const url = `${sandbox!.url}/v2/Services/${serviceSid}/Entities/${identity}/Challenges`;
  const credentials = (token: string) =>
    `Basic ${Buffer.from(`${SANDBOX_ACCOUNT_SID}:${token}`).toString('base64')}`;
  const statusWith = async (token: string) =>
    (await fetch(url, { headers: { authorization: credentials(token) } })).status;
  expect([await statusWith('wrong'), await statusWith(SANDBOX_AUTH_TOKEN)]).toEqual([401, 200]);
});
