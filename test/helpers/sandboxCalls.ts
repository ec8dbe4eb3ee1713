import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { onTestFinished } from 'vitest';

const CHANNEL = 'verify-push-gateway:sandbox';

/** Every request that a sandbox of this process answers from now on: `POST /v2/Services/…`. */
export function watchSandbox(): readonly string[] {
  const calls: string[] = [];
  const note = (message: unknown) => {
    const { method, path } = message as { method: string; path: string };
    calls.push(`${method} ${path}`);
  };
  subscribe(CHANNEL, note);
  onTestFinished(() => void unsubscribe(CHANNEL, note));
  return calls;
}
