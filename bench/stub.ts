import { createServer } from 'node:http';

/** Stands in for Twilio: answers every resend at once and tells how many it saw. */
let calls = 0;

const server = createServer((request, response) => {
  if (request.url === '/calls') return void response.end(String(calls));
  request.resume();
  request.on('end', () => {
    calls += 1;
    const [, , , serviceSid, , identity, , challengeSid] = request.url!.split('/');
    response.writeHead(201, {
      'content-type': 'application/json',
      'twilio-request-id': `RQ${'a'.repeat(32)}`,
    });
    response.end(
      JSON.stringify({
        sid: `NT${'a'.repeat(32)}`,
        account_sid: `AC${'a'.repeat(32)}`,
        service_sid: serviceSid,
        entity_sid: `YE${'a'.repeat(32)}`,
        identity,
        challenge_sid: challengeSid,
        date_created: '2026-01-01T00:00:00Z',
        priority: 'high',
        ttl: 150,
      }),
    );
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env['PORT']), '127.0.0.1');
