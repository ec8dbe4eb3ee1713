import { fork } from 'node:child_process'; import { connect } from 'node:net'; import { once } from 'node:events';
const child = fork('/tmp/ovbench/server.mjs', [process.argv[2]], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
await once(child, 'message');
const ask = async (m) => { child.send(m); return (await once(child, 'message'))[0]; };
const ports = await ask('ports');
const body = (n) => JSON.stringify({ query: 'mutation($a:ID!){x}', variables: { a: 'x'.repeat(n) } });
const req = (key, n) => { const b = body(n); return `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n${key ? 'x-api-key: a\r\n' : ''}content-length: ${b.length}\r\n\r\n${b}`; };
const kinds = { bare: req(1, 250), limit: req(1, 250), unsigned: req(0, 250), bareLarge: req(1, 3000), tooLarge: req(1, 3000), inFlight: req(1, 250) };
// hold the one place
const holder = connect(ports.inFlight, '127.0.0.1'); holder.write(`POST /graphql HTTP/1.1\r\nhost: a\r\nx-api-key: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{`);
await new Promise(r => setTimeout(r, 200));
let status = {};
async function drive(kind, count, conns = 16) {
  const port = ports[kind] ?? ports.bare; let sent = 0, done = 0;
  await Promise.all(Array.from({ length: conns }, async () => {
    const s = connect(port, '127.0.0.1'); let buf = ''; s.setNoDelay(true); s.on('error', () => {});
    await new Promise((resolve) => {
      const next = () => { if (sent >= count) { s.destroy(); return resolve(); } sent++; s.write(kinds[kind]); };
      s.on('data', (c) => { buf += c; const i = buf.indexOf('\r\n\r\n'); if (i < 0) return; const len = Number(/content-length: (\d+)/i.exec(buf)[1]); if (buf.length < i + 4 + len) return; status[kind] = buf.slice(9, 12); done++; buf = ''; next(); });
      s.on('close', () => resolve()); next();
    });
  })); return done;
}
const res = {};
for (let round = 0; round < 14; round++) for (const kind of Object.keys(kinds)) {
  const n = 6000; const a = await ask('cpu'); const done = await drive(kind, n); const b = await ask('cpu');
  const us = (b.user + b.system - a.user - a.system) / done; if (round > 3) (res[kind] ??= []).push(us);
}
const med = (x) => x.sort((a, b) => a - b)[x.length >> 1];
for (const k in res) { const base = k === 'tooLarge' ? 'bareLarge' : 'bare'; console.log(k.padEnd(10), status[k], med(res[k]).toFixed(1), 'µs', ' over bare:', (med(res[k]) - med(res[base])).toFixed(1)); }
child.kill(); process.exit(0);
