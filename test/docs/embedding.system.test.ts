import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as exported from '../../src/index.ts';
import { PENDING, RESEND } from '../helpers/startGateway.ts';

const PAGE = readFileSync('docs/embedding.md', 'utf8');
const [withYoga, wholeGateway] = [...PAGE.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code!);

/** What a program writes that begins as the page says; quiet, and with the sandbox. */
async function run(code: string): Promise<unknown> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, LOG_LEVEL: 'silent' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
    env,
  });
  return JSON.parse(stdout);
}

const BODY = JSON.stringify({ query: RESEND, variables: PENDING });
const NOTIFICATION = { data: { resendChallengeNotification: { __typename: 'Notification' } } };

describe('docs/embedding.md', () => {
  it('docs/embedding.md has a server with the schema that works as pasted', async () => {
    const answers = await run(`${withYoga}
      function userOf(request) {
        return request.headers.has('x-user') ? { id: request.headers.get('x-user') } : null;
      }
      const ask = async (headers) => {
        const response = await yoga.fetch('http://localhost/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': 'click-1', ...headers },
          body: ${JSON.stringify(BODY)},
        });
        return response.json();
      };
      const user = { 'x-user': 'sandbox-user' };
      console.log(JSON.stringify([await ask({}), await ask(user), await ask(user)]));
      await twilio.close();`);
    const [nobody, first, again] = answers as object[];
    expect(nobody).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(first).toMatchObject(NOTIFICATION);
    expect(again).toEqual(first);
  });

  it('docs/embedding.md has a server with the gateway that works as pasted', async () => {
    const answer = await run(`${wholeGateway}
      await new Promise((resolve) => server.once('listening', resolve));
      const response = await fetch('http://127.0.0.1:' + server.address().port + '/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: ${JSON.stringify(BODY)},
      });
      console.log(JSON.stringify(await response.json()));
      server.closeAllConnections();
      server.close();
      await gateway.close();`);
    expect(answer).toMatchObject(NOTIFICATION);
  });

  it('docs/embedding.md names every function that is exported', () => {
    for (const name of Object.keys(exported)) {
      if (name.startsWith('create')) expect(PAGE).toContain(`| \`${name}\``);
    }
  });
});
