import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/configError.ts';
import { bearer, EVERY_SCOPE, makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import type { SigningKey } from '../helpers/issuer.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';

const READ = `query Read($serviceSid: ID!, $identity: String!) {
  entity(serviceSid: $serviceSid, identity: $identity) { sid }
}`;
const UNTRUSTED = `query Other($serviceSid: ID!, $identity: String!) {
  entity(serviceSid: $serviceSid, identity: $identity) { sid identity }
}`;
const [RESEND_ID, READ_ID] = [RESEND, READ].map((text) => hash('sha256', text)) as [string, string];

function fileOf(content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'manifest.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const MANIFEST = { [RESEND_ID]: RESEND, [READ_ID]: READ };

let key: SigningKey;
beforeAll(async () => {
  key = await makeKey('one');
});

async function startTrusting(manifest: unknown = MANIFEST, env: NodeJS.ProcessEnv = {}) {
  const issuer = await startIssuer(key);
  const gateway = await startGateway({ ...issuer.env, TRUSTED_DOCUMENTS: fileOf(manifest), ...env });
  const person = bearer(await sign(key, { scope: 'verify:resend verify:read verify:write' }));
  const administrator = bearer(await sign(key, { scope: EVERY_SCOPE }));
  return { ...gateway, person, administrator, calls: watchSandbox() };
}

describe('a trusted document', () => {
  it.each<[string, object]>([
    ['its id', { documentId: READ_ID }],
    ['its id with the name of the hash', { documentId: `sha256:${READ_ID}` }],
    ["the hash of Apollo's clients", { extensions: { persistedQuery: { version: 1, sha256Hash: READ_ID } } }],
    ['its text', { query: READ }],
    ['its text beside its id', { query: READ, documentId: READ_ID }],
  ])('a trusted document is executed by %s', async (_, named) => {
    const { post, person } = await startTrusting();
    const response = await post({ ...named, variables: PENDING }, person);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: { entity: { sid: expect.stringMatching(/^YE/) } } });
  });

  it('a trusted document is executed by a GET when it only reads', async () => {
    const { url, person } = await startTrusting();
    const get = (search: Record<string, string>) =>
      fetch(`${url}/graphql?${new URLSearchParams({ ...search, variables: JSON.stringify(PENDING) })}`, {
        headers: { ...person, 'content-type': 'application/json' },
      });
    const persistedQuery = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: READ_ID } });
    for (const named of [{ documentId: READ_ID }, { query: READ }, { extensions: persistedQuery }]) {
      expect(await (await get(named)).json()).toMatchObject({ data: { entity: {} } });
    }
    expect((await get({ documentId: RESEND_ID })).status).toBe(405);
    expect((await get({ query: UNTRUSTED })).status).toBe(400);
    expect((await get({})).status).toBe(400);
    expect((await get({ extensions: '{' })).status).toBe(400);
  });

  it("a trusted document may come from Apollo's manifest", async () => {
    const operations = [{ id: 'any-id', name: 'Read', type: 'query', body: READ }];
    const { post, person } = await startTrusting({
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations,
    });
    const response = await post({ documentId: 'any-id', variables: PENDING }, person);
    expect(response.status).toBe(200);
  });
});

describe('any other document', () => {
  it.each<[string, unknown]>([
    ['another text', { query: UNTRUSTED, variables: PENDING }],
    ['a text that differs by a space', { query: `${READ} `, variables: PENDING }],
    ['introspection', { query: getIntrospectionQuery() }],
    ['an unknown id', { documentId: 'x' }],
    ['an id of a prototype', { documentId: '__proto__' }],
    ['an id that is an object', { documentId: { toString: READ_ID } }],
    ['another text beside a trusted id', { query: UNTRUSTED, documentId: READ_ID, variables: PENDING }],
    [
      'another text beside a trusted hash',
      {
        query: UNTRUSTED,
        extensions: { persistedQuery: { version: 1, sha256Hash: READ_ID } },
        variables: PENDING,
      },
    ],
    ['an empty text', { query: '' }],
    ['nothing', {}],
    ['a batch', [{ documentId: READ_ID }]],
    ['no JSON', '{'],
  ])('an untrusted document is refused: %s', async (_, body) => {
    const { post, person, calls } = await startTrusting();
    const response = await post(body, person);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'Only documents that this gateway was told to trust are executed.',
          extensions: { code: 'UNTRUSTED_DOCUMENT' },
        },
      ],
    });
    expect(calls).toEqual([]);
  });

  it('an untrusted document may be executed by an administrator, introspection too', async () => {
    const { post, administrator } = await startTrusting();
    const other = await post({ query: UNTRUSTED, variables: PENDING }, administrator);
    expect(await other.json()).toMatchObject({ data: { entity: { identity: PENDING.identity } } });
    const introspection = await post({ query: getIntrospectionQuery() }, administrator);
    expect(await introspection.json()).toMatchObject({ data: { __schema: {} } });
  });

  it('an untrusted document is refused to every caller without sign-in, although each has every scope', async () => {
    const { post } = await startGateway({ TRUSTED_DOCUMENTS: fileOf(MANIFEST) });
    expect((await post({ query: '{ __typename }' })).status).toBe(400);
    expect((await post({ documentId: READ_ID, variables: PENDING })).status).toBe(200);
  });
});

describe('a manifest', () => {
  const problemOf = (path: string): string => {
    try {
      readConfig({ TRUSTED_DOCUMENTS: path });
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    return '';
  };

  it.each([
    [[], 'must map ids to documents'],
    [{ a: 5 }, 'must map ids to documents'],
    [{ operations: [{ id: 'a' }] }, 'must map ids to documents'],
    ['{"a":', 'is not a file of JSON'],
    ['', 'is not a file of JSON'],
    [{}, 'holds no document'],
  ])('a manifest %j is refused at start', (content, problem) => {
    expect(problemOf(fileOf(content))).toContain(`TRUSTED_DOCUMENTS ${problem}`);
  });

  it('a manifest that does not exist is refused at start', () => {
    expect(problemOf('/nowhere/manifest.json')).toContain('TRUSTED_DOCUMENTS cannot be read: ENOENT');
  });

  it('a manifest with documents that could never be executed is refused at start, naming each', async () => {
    const manifest = {
      good: READ,
      unknown: '{ nothing }',
      broken: '{',
      deep: `{ entity(serviceSid: "a", identity: "b") ${'{ factors { edges { node { entity'.repeat(3)} { sid } ${'} } } }'.repeat(3)} }`,
    };
    const starting = startGateway({ TRUSTED_DOCUMENTS: fileOf(manifest) });
    const { message } = await starting.then(
      () => expect.unreachable(),
      (error: Error) => error,
    );
    expect(message.split('\n').slice(1)).toEqual([
      '  - TRUSTED_DOCUMENTS, unknown: Cannot query field "nothing" on type "Query".',
      '  - TRUSTED_DOCUMENTS, broken: Syntax Error: Expected Name, found <EOF>.',
      expect.stringContaining('TRUSTED_DOCUMENTS, deep: This operation has more than 8 fields within fields'),
    ]);
  });
});
