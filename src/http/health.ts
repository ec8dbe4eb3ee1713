import type { ServerResponse } from 'node:http';
import type { Authentication } from '../auth/authenticate.ts';
import type { Metrics } from '../observability/metrics.ts';
import { sendJson, sendText } from './respond.ts';

interface HealthParts {
  readonly config: { readonly redisRequired: boolean };
  readonly authentication: Authentication;
  readonly upstream: {
    readonly twilio: { readonly misconfigured: boolean };
    readonly store: { readonly sharing: 'off' | 'on' | 'lost' };
    readonly metrics: Metrics;
  };
}

/** Answers health checks and scrapes. Returns undefined for other paths, and rejects when the metrics cannot be read. */
export type Health = (path: string, response: ServerResponse) => Promise<void> | undefined;

export function createHealth(
  { config, authentication, upstream }: HealthParts,
  isDraining: () => boolean,
): Health {
  const { twilio, store, metrics } = upstream;

  function reasonNotReady(): string | undefined {
    if (isDraining()) return 'shutting down';
    if (twilio.misconfigured) return 'UPSTREAM_MISCONFIGURED';
    if (config.redisRequired && store.sharing === 'lost') return 'Redis cannot be reached';
    return authentication.isReady ? undefined : 'JWT_JWKS_URL cannot be read';
  }

  function sendReadiness(response: ServerResponse): void {
    const reason = reasonNotReady();
    if (reason !== undefined) return sendJson(response, 503, { status: 'not ready', reason });
    const sharing = store.sharing === 'off' ? {} : { redis: store.sharing };
    sendJson(response, 200, { status: 'ready', ...sharing });
  }

  return (path, response) => {
    switch (path) {
      case '/health/live':
        sendJson(response, 200, { status: 'live' });
        return DONE;
      case '/health/ready':
        sendReadiness(response);
        return DONE;
      case '/metrics':
        return metrics.text().then((text) => sendText(response, 200, metrics.contentType, text));
      default:
        return undefined;
    }
  };
}

const DONE = Promise.resolve();
