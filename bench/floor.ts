import { createServer } from 'node:http';
import { Pool } from 'undici';

/**
 * The least any gateway has to do: read the POST, make the same upstream call through an undici pool, return
 * the JSON. No schema, no checks, no error map.
 */
const upstream = new Pool(process.env['TWILIO_VERIFY_URL']!, { connections: 64, pipelining: 1 });
const headers = {
  authorization: `Basic ${Buffer.from('AC:token').toString('base64')}`,
  'content-type': 'application/x-www-form-urlencoded',
};

const server = createServer((request, response) => {
  if (request.method === 'GET') return void response.end();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    const { variables } = JSON.parse(Buffer.concat(chunks).toString()) as {
      variables: Record<string, string>;
    };
    const { serviceSid, identity, challengeSid } = variables;
    const answer = await upstream.request({
      method: 'POST',
      path: `/v2/Services/${serviceSid}/Entities/${identity}/Challenges/${challengeSid}/Notifications`,
      headers,
      body: 'Ttl=150',
    });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(await answer.body.text());
  });
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
