import { expect, it } from 'vitest';
import { startGateway } from '../helpers/startGateway.ts';

const HTML = { headers: { accept: 'text/html' } };

it('the GraphiQL page allows no script but its own, no other host, and no frame around it', async () => {
  const { url } = await startGateway();
  const { headers } = await fetch(`${url}/graphql`, HTML);
  const policy = headers.get('content-security-policy')!.split('; ');
  expect(policy).toEqual([
    "default-src 'none'",
    expect.stringMatching(/^script-src( 'sha256-[\w+/]{43}='){2}$/),
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'font-src data:',
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

it('the GraphiQL page is served without sign-in, and offers a header to sign in with', async () => {
  const { url } = await startGateway({ AUTH: 'required', API_KEYS: `page:${'a'.repeat(64)}` });
  const response = await fetch(`${url}/graphql`, HTML);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('Bearer TOKEN');
});

it('with GRAPHIQL=off the answer is 404 and says that GraphiQL is off', async () => {
  const { url } = await startGateway({ GRAPHIQL: 'off' });
  const response = await fetch(`${url}/graphql`, HTML);
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'GraphiQL is off; POST operations as application/json.',
        extensions: { code: 'NOT_FOUND' },
      },
    ],
  });
});
