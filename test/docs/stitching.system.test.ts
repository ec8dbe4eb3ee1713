import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { stitchSchemas } from '@graphql-tools/stitch';
import { graphql } from 'graphql';
import { createSchema } from 'graphql-yoga';
import { describe, expect, it } from 'vitest';
import { createSubschema } from '../../src/stitching/index.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

const PAGE = readFileSync('docs/stitching.md', 'utf8');
const run = promisify(execFile);
const programs = [...PAGE.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code!);

describe('docs/stitching.md', () => {
  it.each([
    ['in front of a gateway', 0, 'VerifyChallenge\n'],
    ['in the same process', 1, 'VerifyEntity\n'],
  ])('docs/stitching.md has a program, %s, that works as pasted', async (_, index, written) => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', programs[index]!]);
    expect(stdout).toBe(written);
  });

  it('docs/stitching.md has types of a host that lead to a challenge', async () => {
    const { url } = await startGateway();
    const [typeDefs] = [...PAGE.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, code]) => code!);
    const { serviceSid, identity } = PENDING;
    const users = createSchema({
      typeDefs: [typeDefs!, 'type Query { user: User }'],
      resolvers: { Query: { user: () => ({ verify: { serviceSid, identity } }) } },
    });
    const subschemas = [users, createSubschema({ endpoint: `${url}/graphql`, prefix: 'Verify' })];
    const source = '{ user { verify { challenges(first: 1) { edges { node { sid } } } } } }';
    const { data, errors } = await graphql({ schema: stitchSchemas({ subschemas }), source });
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).toContain(PENDING.challengeSid);
  });

  it('docs/stitching.md names each option, code and type with a key', () => {
    const sources = ['createSubschema', 'gatewayErrors', 'mergedTypes'].map((name) =>
      readFileSync(`src/stitching/${name}.ts`, 'utf8'),
    );
    const options = [...sources[0]!.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name!);
    const codes = [...sources[1]!.matchAll(/code: '(\w+)'/g)].map(([, code]) => code!);
    const types = [...sources[2]!.matchAll(/type: '(\w+)'/g)].map(([, type]) => type!);
    expect([options.length, codes.length, types.length]).toEqual([6, 2, 4]);
    for (const name of [...options, ...codes, ...types]) expect(PAGE).toContain(`| \`${name}\``);
  });
});
