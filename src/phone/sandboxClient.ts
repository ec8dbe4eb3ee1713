import { VERIFIED_FACTOR_SID } from '../sandbox/seed.ts';
import { JSON_HEADERS } from './graphqlClient.ts';
import type { History } from './history.ts';
import type { Screen } from './screen.ts';

const DEVICE = `/_sandbox/devices/${VERIFIED_FACTOR_SID}`;

/** Throws what the sandbox says, or a TypeError when the gateway cannot be reached. */
export async function readScreen(): Promise<Screen> {
  const response = await fetch(`${DEVICE}/screen`);
  if (!response.ok) throw new Error(await refusalOf(response));
  return (await response.json()) as Screen;
}

/** The requests of the phone, which the history records. */
export function createSandboxClient(history: History) {
  async function send(name: string, method: 'POST' | 'PUT', path: string, body: object = {}): Promise<void> {
    const startedAt = performance.now();
    const url = new URL(path, location.href).href;
    const sent = { source: 'phone', name, method, url, headers: JSON_HEADERS, body } as const;
    try {
      const response = await fetch(url, { method, headers: JSON_HEADERS, body: JSON.stringify(body) });
      const answer: unknown = await response.json();
      const ms = performance.now() - startedAt;
      history.add({ ...sent, answer, outcome: String(response.status), isFailure: !response.ok, ms });
    } catch (error) {
      history.add({ ...sent, answer: String(error), outcome: 'no answer', isFailure: true });
    }
  }

  return {
    answer: (challengeSid: string, verb: 'approve' | 'deny') =>
      send(verb === 'approve' ? 'Approve' : 'Deny', 'POST', `/_sandbox/challenges/${challengeSid}/${verb}`),
    setOnline: (online: boolean) => send(online ? 'Go online' : 'Go offline', 'PUT', DEVICE, { online }),
    advance: (advanceSeconds: number) =>
      send(`Clock forward ${advanceSeconds} s`, 'POST', '/_sandbox/clock', { advanceSeconds }),
    reset: () => send('Reset all', 'POST', '/_sandbox/reset'),
  };
}

async function refusalOf(response: Response): Promise<string> {
  const { error, errors } = (await response.json().catch(() => ({}))) as {
    error?: string;
    errors?: { message: string }[];
  };
  return error ?? errors?.[0]?.message ?? `The sandbox answers ${response.status}`;
}
