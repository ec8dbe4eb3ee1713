import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { printSdl } from '../src/schema/index.ts';
import { SEEDED_CHALLENGES } from '../src/sandbox/seed.ts';
import { ROWS } from '../src/config/variableNames.ts';
import { VARIABLE_GROUPS } from '../src/config/variables.ts';
import { VERSION } from '../src/config/version.ts';
import { PENDING, RESEND, upstreamAt } from './helpers/startGateway.ts';
import { httpAnswer, startUpstream } from './helpers/upstream.ts';

const CLI = 'dist/cli.js';
const bare = { PATH: process.env['PATH'] };

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command to its end. */
function run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [CLI, ...args],
      { env: { ...bare, ...env }, timeout: 10_000 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** Starts the command and waits for the line that names its address. */
async function serve(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [CLI, ...args], { env: { ...bare, ...env }, stdio: 'pipe' });
  const output = { stdout: '' };
  child.stdout.on('data', (chunk) => (output.stdout += chunk));
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await ended;
  });
  await expect.poll(() => output.stdout, { timeout: 5_000 }).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
  const url = (marker: RegExp) => marker.exec(output.stdout)?.[1] ?? '';
  return { child, ended, output, url: () => url(/(http:[^\s"]+)\/graphql/) };
}

describe('a mistake at start', () => {
  it.each([
    ['one bad variable', { PORT: 'x' }, ['PORT must be']],
    ['two bad variables', { PORT: 'x', LOG_LEVEL: 'y' }, ['PORT must be', 'LOG_LEVEL must be']],
    ['half a credential', { TWILIO_AUTH_TOKEN: 'x', AUTH: 'none' }, ['TWILIO_ACCOUNT_SID is missing']],
    ['no word on who may call', upstreamAtNoAuth(), ['write AUTH=none']],
  ])('a mistake at start is one message and exit code 1: %s', async (_, env, problems) => {
    const { code, stdout, stderr } = await run([], env);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    const [title, ...lines] = stderr.trimEnd().split('\n');
    expect(title).toBe('The configuration is not valid:');
    expect(lines).toEqual(problems.map((problem) => expect.stringContaining(`  - ${problem}`.slice(4))));
  });

  it('a port that is taken is one sentence at start', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const taken = `Port ${port} on 127.0.0.1 is already in use. Set another port, or 0 for a free one.\n`;
    expect(await run([], { PORT: String(port) })).toMatchObject({ code: 1, stderr: taken });
    expect(await run(['sandbox'], { SANDBOX_PORT: String(port) })).toEqual({
      code: 1,
      stdout: '',
      stderr: taken,
    });
    server.close();
  });

  it.each([
    [['nonsense'], 'nonsense is not a command; help lists them'],
    [['serve', '--port'], '--port needs a value'],
    [['serve', 'port', '1'], 'port is not an option; help lists them'],
    [['--prot', '1'], '--prot is not an option; help lists them'],
    [['--port', 'x'], 'PORT must be a whole number from 0 to 65535'],
    [['--twilio-auth-tokn=hunter2'], '--twilio-auth-tokn is not an option; help lists them'],
    [['serve', '--port', '1', 'hunter2'], 'one of the words is not an option; help lists them'],
    [['hunter2'], 'one of the words is not a command; help lists them'],
    [['-x', 'hunter2'], 'one of the words is not an option; help lists them'],
    [['--Hunter2'], 'one of the words is not an option; help lists them'],
    [['--help=hunter2'], '--help takes no value'],
    [
      ['--twilio-auth-token', '-hunter2'],
      '--twilio-auth-token needs a value; one that starts with - is written --twilio-auth-token=-…',
    ],
  ])('a mistake in the command names the word, but no value: %j', async (args, problem) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(1);
    expect(stderr).toBe(`The configuration is not valid:\n  - ${problem}\n`);
  });

  it('a host that is not one of this machine is one sentence at start', async () => {
    const { code, stderr } = await run([], { HOST: '203.0.113.1', AUTH: 'none', PORT: '0' });
    expect(code).toBe(1);
    expect(stderr).toBe('The gateway cannot listen on HOST: EADDRNOTAVAIL.\n');
  });
});

describe('serve', () => {
  it('serve lists every seeded challenge and answers a resend', async () => {
    const { output, url } = await serve(['--port', '0'], { LOG_FORMAT: 'pretty' });
    // The list comes after the address.
    for (const { sid, outcome } of SEEDED_CHALLENGES)
      await expect.poll(() => output.stdout).toMatch(new RegExp(`${sid} +${outcome} `));
    await expect.poll(url).not.toBe('');
    const [firstAddress] = /http:\S+/.exec(output.stdout)!;
    expect(firstAddress).toBe(`${url()}/`);
    const response = await fetch(`${url()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: RESEND, variables: PENDING }),
    });
    expect(await response.json()).toMatchObject({
      data: { resendChallengeNotification: { __typename: 'Notification' } },
    });
  });

  it('serve writes nothing but JSON lines where it logs as JSON, with its addresses among them', async () => {
    const { child, ended, output, url } = await serve(['--port', '0']);
    await expect.poll(url).not.toBe('');
    expect((await fetch(`${url()}/health/live`)).status).toBe(200);
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    const lines = output.stdout.trimEnd().split('\n');
    const parsed = lines.map((line) => JSON.parse(line) as { msg: string; url?: string });
    expect(parsed.map(({ msg, url }) => [msg, url])).toEqual([
      ['configuration', undefined],
      ['a page with a phone to sign in with', url()],
      ['the sandbox is the upstream: no push leaves this machine', expect.stringMatching(/^http:.*:\d+$/)],
      ['serving GraphQL', `${url()}/graphql`],
      ['stopping', undefined],
    ]);
  });

  it.each([
    ['SIGINT', 0],
    ['SIGTERM', 0],
  ] as const)('serve ends on %s with a resend under way, answers it and logs it', async (signal, code) => {
    let answerNow = () => {};
    const upstream = await startUpstream((socket) => {
      answerNow = () =>
        void socket.write(httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 })));
    });
    const { child, ended, output, url } = await serve(['--port=0'], upstreamAt(upstream.url));
    const sending = fetch(`${url()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: RESEND, variables: PENDING }),
    });
    await expect.poll(() => upstream.received.join('')).toContain('POST ');
    child.kill(signal);
    answerNow();
    expect(await (await sending).json()).toMatchObject({
      data: { resendChallengeNotification: { __typename: 'Notification' } },
    });
    expect(await ended).toEqual([code, null]);
    expect(output.stdout).toContain('"outcome":"Notification"');
  });

  it('serve shows names of the configuration, never values', async () => {
    const secret = {
      ...upstreamAt('http://127.0.0.1:9'),
      TWILIO_AUTH_TOKEN: 'hunter2',
      TWILIO_TYPO: 'hunter2',
    };
    const { child, ended, output } = await serve(['--port', '0', '--log-level', 'trace'], secret);
    child.kill('SIGINT');
    await ended;
    expect(output.stdout).toContain('TWILIO_TYPO is not a variable of this gateway');
    expect(output.stdout).toContain('"PORT"');
    expect(output.stdout).not.toContain('hunter2');
  });
});

/** Has Node run this before the command. */
const preload = (code: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
});

describe('a crash', () => {
  const BUG = `Object.assign(new TypeError('no "hunter2" at hunter-2'), { code: 'ERR_BUG', args: ['hunter2'] })`;
  it.each([
    ['an uncaught error', `throw ${BUG}`],
    ['a rejection nobody has caught', `Promise.reject(${BUG})`],
  ])('a crash is a line in the log and exit code 1: %s', async (_, crash) => {
    const { child, ended, output } = await serve(
      ['--port', '0'],
      preload(`process.on('SIGUSR2', () => { ${crash} })`),
    );
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.kill('SIGUSR2');
    expect(await ended).toEqual([1, null]);
    expect(stderr).toBe('');
    const lines = output.stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(JSON.parse(lines.at(-1)!)).toEqual({
      level: 60,
      time: expect.any(Number),
      err: {
        name: 'TypeError',
        code: 'ERR_BUG',
        message: 'no [redacted] at [redacted]',
        stack: expect.stringMatching(/^ {4}at /),
      },
      msg: 'this process ends: uncaught error',
    });
    expect(output.stdout).not.toContain('hunter');
  });

  it('a crash shows no value where there is no log', async () => {
    const { code, stdout, stderr } = await run(
      ['help'],
      preload(`process.stdout.write = () => { throw ${BUG} }`),
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^TypeError \(ERR_BUG\) - no \[redacted\] at \[redacted\]\n {4}at /);
    expect(stderr).not.toContain('hunter');
  });
});

describe('the other commands', () => {
  it('the command sandbox serves the sandbox alone', async () => {
    const { output } = await serve(['sandbox', '--sandbox-port', '0']);
    const url = /Sandbox: (http:\S+)/.exec(output.stdout)![1]!;
    expect((await fetch(`${url}/v2/Services`)).status).toBe(401);
  });

  it('the command sandbox reads nothing of the rest of the environment', async () => {
    const { output } = await serve(['sandbox'], { SANDBOX_PORT: '0', TWILIO_AUTH_TOKEN: 'x', PORT: 'y' });
    expect(output.stdout).toContain('Sandbox: http');
  });

  it('--version prints the version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  it('the command schema prints the schema', async () => {
    expect((await run(['schema'])).stdout).toBe(printSdl());
    expect((await run(['schema', '--federation', 'off'])).stdout).toBe(printSdl());
  });

  it.each([
    ['an option', ['--federation', 'on'], {}],
    ['a variable', [], { FEDERATION: 'on' }],
    ['whatever the rest of the environment says', ['--federation=on'], { PORT: 'x', TWILIO_AUTH_TOKEN: 'y' }],
  ])('the command schema prints the subgraph when told so by %s', async (_, options, env) => {
    expect(await run(['schema', ...options], env)).toEqual({
      code: 0,
      stdout: printSdl({ federation: true }),
      stderr: '',
    });
  });

  it('the command schema refuses other words for --federation on', async () => {
    const { code, stdout, stderr } = await run(['schema', '--federation', 'yes']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/ {2}- FEDERATION must be one of on, off/);
  });

  it.each(['help', '--help', '-h', 'serve --help'])(
    'the command line %s lists the commands',
    async (words) => {
      const { code, stdout } = await run(words.split(' '));
      expect(code).toBe(0);
      expect(stdout).toMatch(/serve .*\n.*sandbox .*\n.*schema /);
    },
  );

  it('--help explains every variable, with its default', async () => {
    const { stdout } = await run(['--help']);
    for (const [name, variable] of ROWS) {
      const [, said] = stdout.split(new RegExp(`^  ${name}\\b(?!_)`, 'm'));
      const [first, second] = said!.split('\n');
      expect(second!.trim(), name).toBe(variable.meaning);
      if (variable.secret) expect(first).toContain(` or ${name}_FILE`);
      const standard = variable.defaultText ?? variable.default;
      expect(first!.includes(`(default: ${standard})`), name).toBe(standard !== undefined);
    }
    for (const group of Object.keys(VARIABLE_GROUPS)) expect(stdout).toContain(`\n\n${group}\n`);
  });

  it('a command is also accepted after an option', async () => {
    expect((await run(['--federation', 'on', 'schema'])).stdout).toBe(printSdl({ federation: true }));
  });
});

function upstreamAtNoAuth(): NodeJS.ProcessEnv {
  const { AUTH: _, ...env } = upstreamAt('http://127.0.0.1:9');
  return env;
}
