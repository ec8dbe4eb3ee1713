import { readdirSync, readFileSync } from 'node:fs';
import { isEnumType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSchema } from '../../src/schema/index.ts';
import { readPage } from '../helpers/page.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

const PAGE = readPage('docs/schema.md');

/** Every code that the sources write into `extensions`. */
function codesOfSources(): ReadonlySet<string> {
  const folders = [
    'src/http',
    'src/http/subscriptions',
    'src/auth',
    'src/documents',
    'src/schema/errors',
    'src/errors',
  ];
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .map((name) => `${folder}/${name}`)
      .filter((path) => path.endsWith('.ts')),
  );
  const sources = files.filter((file) => !file.endsWith('resultErrors.ts'));
  return new Set(
    sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\bcode(?: =|:) '([A-Z_]+)'/g)].map(([, code]) => code!),
    ),
  );
}

describe('docs/schema.md', () => {
  it('docs/schema.md has a query around a challenge that works as pasted', async () => {
    const { graphql } = await startGateway();
    const { serviceSid, identity } = PENDING;
    const { data, errors } = await graphql(PAGE.block('query Pending'), { serviceSid, identity });
    expect(errors).toBeUndefined();
    expect(data?.['entity'].challenges.edges).toHaveLength(5);
    expect(data?.['entity'].factors.edges).toHaveLength(4);
  });

  it('docs/schema.md has a query for the button that works as pasted', async () => {
    const { graphql } = await startGateway();
    const { data } = await graphql(PAGE.block('query Button'), PENDING);
    expect(data?.['challenge'].resend).toMatchObject({ allowed: true, notificationsRemaining: 3 });
  });

  it('docs/schema.md has a subscription that gives the present state, then the approval, and completes', async () => {
    const { post, sandbox } = await startGateway();
    const response = await post(
      { query: PAGE.block('subscription Wait'), variables: PENDING },
      { accept: 'text/event-stream' },
    );
    const events: object[] = [];
    let text = '';
    for await (const bytes of response.body!) {
      text += Buffer.from(bytes as Uint8Array).toString();
      const complete = text.split('\n\n').filter((event) => event.startsWith('event: next'));
      if (events.length === 0 && complete.length > 0) sandbox!.device().approve(PENDING.challengeSid);
      events.splice(0, Infinity, ...complete.map((event) => JSON.parse(event.slice(event.indexOf('{')))));
    }
    expect(events[0]).toMatchObject({
      data: { challengeUpdated: { status: 'PENDING', approved: false, waiting: { nextAction: 'RESEND' } } },
    });
    expect(events.at(-1)).toEqual({
      data: { challengeUpdated: { status: 'APPROVED', approved: true, waiting: null } },
    });
    expect(text).toContain('event: complete');
  });

  it('docs/schema.md explains every code of a top-level error', () => {
    const codes = codesOfSources();
    expect(codes.size).toBeGreaterThan(15);
    for (const code of codes) expect(PAGE.row(`\`${code}\``), code).toBeDefined();
  });

  it('docs/schema.md says what to offer for every nextAction', () => {
    const type = buildSchema().getType('NextAction');
    for (const { name } of isEnumType(type) ? type.getValues() : []) {
      expect(PAGE.row(`\`${name}\``), name).toHaveLength(2);
    }
  });
});
