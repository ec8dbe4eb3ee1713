import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTPayload, JWTHeaderParameters } from 'jose';
import { onTestFinished } from 'vitest';
import { SANDBOX_IDENTITY } from '../../src/sandbox/seed.ts';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'verify-push-gateway';
export const EVERY_SCOPE = 'verify:resend verify:read verify:write verify:admin';

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

export async function makeKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** What a person of the sandbox may do with everything that is theirs. */
const claims = (): JWTPayload => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: SANDBOX_IDENTITY,
  exp: Math.floor(Date.now() / 1000) + 300,
  scope: EVERY_SCOPE,
});

/** A signed token; a claim that is undefined is left out. */
export const sign = (
  { kid, alg, privateKey }: SigningKey,
  changed: JWTPayload = {},
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> =>
  new SignJWT({ ...claims(), ...changed }).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** An issuer that publishes its keys over HTTP, and what a gateway needs to know of it. */
export async function startIssuer(...keys: SigningKey[]) {
  let published = keys;
  let answer: RequestListener = (_, response) =>
    response.end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) }));
  let reads = 0;
  const server = createServer((request, response) => {
    reads += 1;
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      AUTH: 'required',
      JWT_JWKS_URL: `http://127.0.0.1:${port}/jwks`,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
    },
    get reads() {
      return reads;
    },
    publish(...other: SigningKey[]) {
      published = other;
    },
    answerWith(listener: RequestListener) {
      answer = listener;
    },
  };
}
