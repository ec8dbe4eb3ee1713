import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { nodeTypes } from '../../src/schema/node.ts';
import { printSdl } from '../../src/schema/index.ts';
import { COMPOSERS, startSubgraph, verify } from '../helpers/federation.ts';
import { ROUTERS } from '../helpers/routers.ts';
import { startGateway } from '../helpers/startGateway.ts';

const PAGE = readFileSync('docs/federation.md', 'utf8');
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code]) => code!);
const [owner, query] = blocks('graphql');

describe('docs/federation.md', () => {
  it('docs/federation.md has commands that print the composed graph', async () => {
    const commands = blocks('sh').filter((code) => code.includes('schema'));
    const printed = commands.map(async (code) => {
      const command = code.replace(/> \S+/, '');
      return (await promisify(execFile)('sh', ['-ec', command])).stdout;
    });
    const [whole, withoutNode] = await Promise.all(printed);
    expect(whole).toBe(printSdl({ federation: true }));
    expect(withoutNode).toBe(whole!.replace(/^ {2}node\(.*\n {2}nodes\(.*\n/m, ''));
    expect(withoutNode).not.toBe(whole);
  });

  it.each(ROUTERS)(
    'docs/federation.md has a subgraph that leads to the gateway behind %s',
    async (_, startRouter) => {
      const resolvers = new Function(`${blocks('js')[0]!}; return resolvers`)();
      const { url } = await startGateway({ FEDERATION: 'on' });
      const { supergraphSdl } = COMPOSERS[0][1](verify(url), await startSubgraph('users', owner!, resolvers));
      const ask = await startRouter(supergraphSdl!);
      expect(await ask(query!)).toMatchObject({
        data: {
          user: {
            id: '1',
            verifyEntity: { challenges: { edges: [{ node: { sid: expect.stringMatching(/^YC/) } }] } },
          },
        },
      });
    },
  );

  it('docs/federation.md names the keys of every type that has one', () => {
    const rows = [...PAGE.matchAll(/^\| `(\w+)` +\| `([\w ]+)`, or `id` +\|$/gm)];
    expect(rows.map(([, typename, key]) => [typename, key]).sort()).toEqual(
      [...nodeTypes].map(([typename, { keyNames }]) => [typename, keyNames.join(' ')]).sort(),
    );
  });
});
