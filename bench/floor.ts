import { createServer } from 'node:http';
import { Pool } from 'undici';

/**
 * The least any gateway has to do: read the POST, make the same upstream calls through an undici pool, return
 * the JSON. No schema, no checks, no error map.
 */
const connections = Number(process.env['UPSTREAM_CONNECTIONS'] ?? 64);
const upstream = new Pool(process.env['TWILIO_VERIFY_URL']!, { connections, pipelining: 1 });
const authorization = `Basic ${Buffer.from('AC:token').toString('base64')}`;
const postHeaders = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
const getHeaders = { authorization };

interface Body {
  readonly variables: Record<string, string>;
  /** Calls to make at once, instead of a resend. */
  readonly paths?: readonly string[];
  /** A call that needs the answers of the others. */
  readonly lastPath: string;
}

const server = createServer((request, response) => {
  if (request.method === 'GET') return void response.end();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Body;
    const answer = body.paths ? await readAll(body.paths, body.lastPath) : await resend(body.variables);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(answer);
  });
});

async function resend({ serviceSid, identity, challengeSid }: Record<string, string>): Promise<string> {
  const answer = await upstream.request({
    method: 'POST',
    path: `/v2/Services/${serviceSid}/Entities/${identity}/Challenges/${challengeSid}/Notifications`,
    headers: postHeaders,
    body: 'Ttl=150',
  });
  return answer.body.text();
}

async function readAll(paths: readonly string[], lastPath: string): Promise<string> {
  const answers = await Promise.all(paths.map(read));
  return `[${[...answers, await read(lastPath)].join(',')}]`;
}

async function read(path: string): Promise<string> {
  const answer = await upstream.request({ method: 'GET', path, headers: getHeaders });
  return answer.body.text();
}

server.listen(Number(process.env['PORT']), '127.0.0.1');
