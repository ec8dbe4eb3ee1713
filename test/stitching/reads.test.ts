import { describe, expect, it } from 'vitest';
import { VERIFIED_FACTOR_SID } from '../../src/sandbox/seed.ts';
import { comparable } from '../helpers/everyMember.ts';
import { PENDING } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';
import { asOfHost, HOSTS } from '../helpers/stitchedHost.ts';
import type { Ask } from '../helpers/stitchedHost.ts';

const { serviceSid, identity } = PENDING;

const EVERYTHING_AROUND = `query ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
  again: challenge(serviceSid: $serviceSid, identity: $identity, sid: $challengeSid) {
    __typename aliasOfTypename: __typename id sid status dateCreated expirationDate details { message fields { label value } } hiddenDetails
    resend { allowed blockedBy availableAt notificationsRemaining }
    factor { id factorType status config { notificationPlatform } entity { __typename identity dateCreated } }
    service { friendlyName push { includeDate } totp { issuer skew } }
  }
}`;

const LIST = `query ($serviceSid: ID!, $identity: String!, $status: ChallengeStatus, $order: ListOrder, $after: String) {
  entity(serviceSid: $serviceSid, identity: $identity) {
    challenges(status: $status, order: $order, first: 3, after: $after) {
      __typename
      edges { cursor node { __typename id status dateCreated } }
      pageInfo { __typename hasNextPage endCursor }
    }
  }
}`;

const NODES = `query ($id: ID!, $ids: [ID!]!) {
  node(id: $id) { __typename id ... on Challenge { sid entity { id } } }
  nodes(ids: $ids) { __typename id ... on Entity { identity } ... on Factor { friendlyName } ... on Service { sid } }
}`;

const CREATE = `mutation ($input: CreateChallengeInput!) {
  createChallenge(input: $input) {
    __typename
    ... on Challenge { sid status expirationDate hiddenDetails details { message } }
    ... on VerifyError { code message nextAction }
    ... on InvalidInputError { issues { path message } }
  }
}`;

describe.each(HOSTS)('through a host, %s', (host, start, prefix) => {
  /** Asks both ways and returns the answer, which must be the same. */
  async function startComparing() {
    const { direct, through } = await start(prefix);
    return async (...request: Parameters<Ask>): Promise<GraphQLAnswer> => {
      const expected = await direct(...request);
      expect(comparable(await through(...request))).toEqual(asOfHost(comparable(expected), prefix));
      return expected;
    };
  }

  it(`a host, ${host}, reads the objects around a challenge`, async () => {
    const ask = await startComparing();
    const { data, errors } = await ask(EVERYTHING_AROUND, PENDING);
    expect(errors).toBeUndefined();
    expect(data!['again']).toMatchObject({ aliasOfTypename: 'Challenge', factor: { entity: { identity } } });
  });

  it(`a host, ${host}, goes through a list by its cursors`, async () => {
    const ask = await startComparing();
    const list = { serviceSid, identity, order: 'DESC' };
    const first = (await ask(LIST, list)).data!['entity'].challenges;
    expect(first.edges).toHaveLength(3);
    const second = (await ask(LIST, { ...list, after: first.pageInfo.endCursor })).data!['entity'].challenges;
    expect(second.edges).toHaveLength(3);
    expect(second.edges[0].node.id).not.toBe(first.edges[0].node.id);
    const approved = (await ask(LIST, { ...list, status: 'APPROVED' })).data!['entity'].challenges;
    expect(approved.edges).toMatchObject([{ node: { status: 'APPROVED' } }]);
  });

  it(`a host, ${host}, reads every type by its global id`, async () => {
    const ask = await startComparing();
    const { data: found } = await ask(
      `query ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
        challenge(serviceSid: $serviceSid, identity: $identity, sid: $challengeSid) {
          id factor { id } entity { id } service { id }
        }
      }`,
      PENDING,
    );
    const { id, factor, entity, service } = found!['challenge'];
    const { data } = await ask(NODES, { id, ids: [factor.id, entity.id, service.id] });
    expect(data!['node']).toMatchObject({ __typename: 'Challenge', entity });
    expect(data!['nodes'].map((node: any) => node.__typename)).toEqual(['Factor', 'Entity', 'Service']);
  });

  it(`a host, ${host}, tells which of several ids is malformed`, async () => {
    const ask = await startComparing();
    const { data, errors } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: ['one', 'two'],
    });
    expect(data).toEqual({ nodes: [null, null] });
    expect(errors!.map(({ path }) => path)).toEqual([
      ['nodes', 0],
      ['nodes', 1],
    ]);
  });

  it(`a host, ${host}, takes a moment, an object, an enum and a list as variables`, async () => {
    const ask = await startComparing();
    const expirationDate = new Date(Math.floor(Date.now() / 1000 + 600) * 1000).toISOString();
    const hiddenDetails = { ip: '127.0.0.1', note: 'Österreich' };
    const input = {
      serviceSid,
      identity,
      factorSid: VERIFIED_FACTOR_SID,
      details: { message: 'Sign in?', fields: [{ label: 'From', value: 'Vienna' }] },
      hiddenDetails,
      expirationDate,
    };
    const { data } = await ask(CREATE, { input }, { 'idempotency-key': 'one' });
    expect(data!['createChallenge']).toMatchObject({
      __typename: 'Challenge',
      hiddenDetails,
      expirationDate,
    });
    const refused = await ask(CREATE, { input: { ...input, details: { message: '' } } });
    expect(refused.data!['createChallenge'].issues).toMatchObject([{ path: 'details.message' }]);
  });

  it(`a host, ${host}, takes a moment, an object, an enum and a list in the document`, async () => {
    const ask = await startComparing();
    const { data } = await ask(
      `mutation {
        createChallenge(input: {
          serviceSid: "${serviceSid}", identity: "${identity}", factorSid: "${VERIFIED_FACTOR_SID}"
          details: { message: "Sign in?" }, hiddenDetails: { ip: "127.0.0.1" }
        }) { ... on Challenge { sid hiddenDetails } ... on VerifyError { code } }
      }`,
      {},
      { 'idempotency-key': 'two' },
    );
    expect(data!['createChallenge'].hiddenDetails).toEqual({ ip: '127.0.0.1' });
  });

  it(`a host, ${host}, leaves out fields by @skip and @include`, async () => {
    const ask = await startComparing();
    const { data } = await ask(
      `query ($serviceSid: ID!, $identity: String!, $brief: Boolean!) {
        entity(serviceSid: $serviceSid, identity: $identity) { identity sid @skip(if: $brief) ...F @include(if: $brief) }
      }
      fragment F on Entity { __typename serviceSid }`,
      { serviceSid, identity, brief: true },
    );
    expect(data).toEqual({ entity: { identity, __typename: 'Entity', serviceSid } });
  });

  it(`a host, ${host}, tells every problem of a variable, under the name the host gave it`, async () => {
    const { direct, through } = await start(prefix);
    const factorSid = VERIFIED_FACTOR_SID;
    const input = { serviceSid, identity, factorSid, expirationDate: 'soon', hiddenDetails: 3 };
    const expected = (await direct(CREATE, { input })).errors!;
    expect(expected).toHaveLength(2);
    const { data, errors } = await through(CREATE, { input });
    expect(data).toEqual({ createChallenge: null });
    expect(errors).toMatchObject(
      expected.map(({ message, extensions }) => ({
        message: message.replaceAll('input', '_createChallenge_input'),
        path: ['createChallenge'],
        ...(extensions && { extensions }),
      })),
    );
  });

  it(`a host, ${host}, replays a write under one Idempotency-Key as the gateway does`, async () => {
    const ask = await startComparing();
    const two = `mutation ($one: CreateEntityInput!, $other: DeleteEntityInput!) {
      createEntity(input: $one) { __typename }
      deleteEntity(input: $other) { __typename }
    }`;
    const entity = { serviceSid, identity };
    const { data } = await ask(two, { one: entity, other: entity }, { 'idempotency-key': 'both' });
    expect(data).toEqual({
      createEntity: { __typename: 'EntityAlreadyExistsError' },
      // Made again it would be none that is not there.
      deleteEntity: { __typename: 'DeletedEntity' },
    });
  });
});
