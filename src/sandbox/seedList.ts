import * as seed from './seed.ts';

/** The text printed when the sandbox starts: the credentials, and every seeded challenge with its outcome. */
export function seedList(url: string): string {
  const width = Math.max(...seed.SEEDED_CHALLENGES.map(({ outcome }) => outcome.length));
  const rows = seed.SEEDED_CHALLENGES.map(
    ({ sid, outcome, when }) => `  ${sid}  ${outcome.padEnd(width)}  ${when}`,
  );
  return [
    `Sandbox: ${url} (no push leaves this machine)`,
    `  account ${seed.SANDBOX_ACCOUNT_SID}, auth token ${seed.SANDBOX_AUTH_TOKEN}`,
    `  service ${seed.SANDBOX_SERVICE_SID}, identity ${seed.SANDBOX_IDENTITY}`,
    `  Notify service ${seed.SANDBOX_NOTIFY_SERVICE_SID}`,
    'Challenges, and what a resend of each answers:',
    ...rows,
    '',
  ].join('\n');
}
