import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import relay from 'relay-runtime';
import type { ConcreteRequest, GraphQLTaggedNode, IEnvironment, OperationType } from 'relay-runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIntent } from '../../src/client/index.ts';
import type { IntentHeaders } from '../../src/client/index.ts';
import { readOperations } from '../../tools/clientFiles.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

/** Relay names fragments after their module, and operations after what they are besides. */
const inRelaysNames = (source: string): string =>
  source
    .replaceAll(/(query|mutation) (\w+)/g, (_, kind: 'query' | 'mutation', name: string) =>
      kind === 'query' ? `query signIn${name}Query` : `mutation signIn${name}Mutation`,
    )
    .replaceAll(/(fragment |\.\.\.)(\w+Fields)/g, '$1signIn_$2');

const fieldsOf = (fragment: string): string =>
  /\{[^]*\}/.exec(readOperations().get(`${fragment}.graphql`)!)![0];
const REFETCH = `query RefetchChallenge($id: ID!) { node(id: $id) { ... on Challenge ${fieldsOf('ChallengeFields')} } }`;

/**
 * Relay hides the fields of a fragment from whoever spreads it. Here they are read at once, but where the fragment is
 * about some members only: there it wants an alias, which no other client knows.
 */
const withRelaysDirectives = (source: string): string =>
  source
    .replaceAll('...ChallengeFields', '$& @relay(mask: false)')
    .replaceAll('...VerifyErrorFields', '$& @alias')
    .replace(/(createChallenge\(.*\{\s+...ChallengeFields) @relay\(mask: false\)/, '$1 @alias');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay-'));
  mkdirSync(join(folder, 'src'));
  copyFileSync('schema.graphql', join(folder, 'schema.graphql'));
  const tags = [...readOperations().values(), REFETCH].map(
    (source) => `graphql\`${inRelaysNames(withRelaysDirectives(source))}\`;`,
  );
  writeFileSync(
    join(folder, 'src/signIn.js'),
    `import { graphql } from 'relay-runtime';\n${tags.join('\n')}`,
  );
  const config = { src: './src', schema: './schema.graphql', language: 'javascript', eagerEsModules: false };
  writeFileSync(join(folder, 'relay.config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'package.json'), '{}');
  const compiler = resolve('node_modules/.bin/relay-compiler');
  execFileSync(compiler, ['relay.config.json'], { cwd: folder, stdio: 'pipe' });
});

afterAll(() => rmSync(folder, { recursive: true }));

const compiled = (name: string) =>
  createRequire(import.meta.url)(join(folder, `src/__generated__/${name}.graphql.js`)) as ConcreteRequest &
    GraphQLTaggedNode;

async function startRelay(headers: () => Record<string, string> = () => ({}), settings: object = {}) {
  const { post } = await startGateway({ RESEND_COOLDOWN_SECONDS: '60', ...settings });
  const sent: string[] = [];
  const network = relay.Network.create(async ({ name, text }, variables) => {
    sent.push(name);
    return (await (await post({ query: text, variables }, headers())).json()) as never;
  });
  const environment = new relay.Environment({
    network,
    store: new relay.Store(new relay.RecordSource()),
  });
  return { environment, sent };
}

interface Answer extends OperationType {
  readonly variables: Record<string, unknown>;
  readonly response: any;
  readonly rawResponse?: never;
}

const ask = (environment: IEnvironment, name: string, variables: Record<string, unknown>) =>
  relay.fetchQuery<Answer>(environment, compiled(name), variables).toPromise();

const change = (environment: IEnvironment, name: string, variables: Record<string, unknown>) =>
  new Promise<any>((onCompleted, onError) =>
    relay.commitMutation<Answer>(environment, { mutation: compiled(name), variables, onCompleted, onError }),
  );

describe('Relay', () => {
  it.each([
    'signInChallengeQuery',
    'signInPendingChallengesQuery',
    'signInCreateChallengeMutation',
    'signInResendChallengeNotificationMutation',
    'signInRefetchChallengeQuery',
  ])('Relay compiles %s', (name) => {
    expect(compiled(name).params).toMatchObject({ name, text: expect.stringContaining(name) });
  });

  it('Relay reads a challenge again by its id', async () => {
    const { environment } = await startRelay();
    const { challenge } = await ask(environment, 'signInChallengeQuery', PENDING);
    const { node } = await ask(environment, 'signInRefetchChallengeQuery', { id: challenge.id });
    expect(challenge).toMatchObject({ sid: PENDING.challengeSid, resend: { allowed: true } });
    expect(node).toEqual(challenge);
  });

  it('Relay shows the new state of the button after a resend without asking again', async () => {
    const { environment, sent } = await startRelay();
    await ask(environment, 'signInChallengeQuery', PENDING);
    const request = relay.createOperationDescriptor(compiled('signInChallengeQuery'), PENDING);
    const shown = () => environment.lookup(request.fragment).data as any;
    const held = environment.retain(request);
    expect(shown().challenge.resend).toMatchObject({ allowed: true, notificationsRemaining: 3 });
    const { resendChallengeNotification: result } = await change(
      environment,
      'signInResendChallengeNotificationMutation',
      PENDING,
    );
    expect(result).toMatchObject({
      sid: expect.stringMatching(/^[A-Z]{2}[0-9a-f]{32}$/),
      challengeSid: PENDING.challengeSid,
    });
    expect(shown().challenge.resend).toMatchObject({ allowed: false, notificationsRemaining: 2 });
    expect(sent).toHaveLength(2);
    held.dispose();
  });

  it('an intent has its key used up by the data that Relay hands over', async () => {
    let headers: IntentHeaders;
    const { environment } = await startRelay(() => headers, { RESEND_COOLDOWN_SECONDS: '0' });
    const calls = watchSandbox();
    const { send } = createIntent();
    const keys: string[] = [];
    for (let click = 0; click < 2; click += 1) {
      await send(PENDING, (given) => {
        headers = given;
        keys.push(given['idempotency-key']);
        return change(environment, 'signInResendChallengeNotificationMutation', PENDING);
      });
    }
    expect(new Set(keys).size).toBe(2);
    expect(calls.filter((call) => call.endsWith('/Notifications'))).toHaveLength(2);
  });
});
