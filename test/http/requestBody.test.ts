import { createHash } from 'node:crypto';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';

const TYPENAME = { query: '{ __typename }' };
const MUTATION = { query: RESEND, variables: PENDING };

describe('a request that is refused before GraphQL', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
  ])(
    'a request of type %s, which a page of another site could post unasked, is refused before GraphQL',
    async (type) => {
      const { post, sandbox } = await startGateway();
      const response = await post(MUTATION, { 'content-type': type });
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } }],
      });
      expect(sandbox!.notifications).toEqual([]);
    },
  );

  it('a compressed request is refused before GraphQL', async () => {
    const { post } = await startGateway();
    expect((await post(TYPENAME, { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  const padded = (bytes: number) => JSON.stringify({ ...MUTATION, extensions: { pad: 'x'.repeat(bytes) } });

  it('a request that announces more than the limit is refused before GraphQL', async () => {
    const { post, sandbox } = await startGateway();
    const response = await post(padded(100_000));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'REQUEST_TOO_LARGE' } }] });
    expect(sandbox!.notifications).toEqual([]);
  });

  it('a request that grows larger than the limit while it arrives is refused, and the connection closed', async () => {
    const { url, sandbox } = await startGateway({ LIMIT_BODY_BYTES: '1000' });
    const client = openPost(url);
    client.on('error', () => {});
    client.write(padded(2_000).slice(0, 1_500));
    const [response] = (await once(client, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    expect(response.headers.connection).toBe('close');
    await once(response.resume(), 'close');
    client.destroy();
    expect(sandbox!.notifications).toEqual([]);
  });

  it('a request that the client gives up half way is not executed', async () => {
    const { url, sandbox, resend } = await startGateway();
    const client = openPost(url);
    client.on('error', () => {});
    client.write(JSON.stringify(MUTATION).slice(0, 50));
    await once(client, 'socket');
    client.destroy();
    expect(await resend()).toMatchObject({ __typename: 'Notification' });
    expect(sandbox!.notifications).toHaveLength(1);
  });

  it.each(['', ' ', 'null', '7', '"text"', '{"query":', '\ufeff{}', '[]'])(
    'a request with the body %j is refused before GraphQL',
    async (body) => {
      const { post } = await startGateway();
      const response = await post(body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ message: expect.any(String) }] });
    },
  );

  it.each(['x/graphql?query={__typename}#', '[[[', 'a b', 'x\\y', 'a:b', 'user@host', 'a/b'])(
    'a request with the host %s is refused before GraphQL',
    async (host) => {
      const { url } = await startGateway({ NODE_ENV: 'production' });
      const target = `${url}/graphql?query=${encodeURIComponent('{ __typename }')}`;
      const headers = { host, 'apollo-require-preflight': 'true' };
      const sent = request(target, { headers, insecureHTTPParser: true }).on('error', () => {});
      sent.end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      expect(response.statusCode).toBe(400);
    },
  );

  it.each(['example.com', 'example.com:4000', '127.0.0.1', '[::1]:80', 'under_score.internal', ''])(
    'a request with the host %s is executed where callers sign in',
    async (host) => {
      const apiKey = 'a key of this test';
      const sha256 = createHash('sha256').update(apiKey).digest('hex');
      const { url } = await startGateway({ AUTH: 'required', API_KEYS: `test:${sha256}` });
      const target = `${url}/graphql?query=${encodeURIComponent('{ __typename }')}`;
      const headers = { host, 'apollo-require-preflight': 'true', 'x-api-key': apiKey };
      const sent = request(target, { headers }).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      expect(response.statusCode).toBe(200);
    },
  );

  it('a body without members is refused, and the answer says what it lacks', async () => {
    const { post } = await startGateway();
    expect(await (await post('{}')).json()).toEqual({
      errors: [{ message: 'Must provide query string.', extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  it('a request to another path is not found', async () => {
    const { url } = await startGateway();
    for (const path of ['/graphq', '/graphql/', '//graphql', '/graphql/../health']) {
      const response = await fetch(url + path, { method: 'POST', body: '{}' });
      expect(response.status, path).toBe(404);
    }
  });
});

function openPost(url: string): ClientRequest {
  return request(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' } });
}
