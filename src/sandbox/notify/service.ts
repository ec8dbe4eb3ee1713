import type { Call } from '../call.ts';
import { notFound } from '../problem.ts';
import { SANDBOX_NOTIFY_SERVICE_SID } from '../seed.ts';

/** Distinguishes Notify from Verify, whose paths begin with another version. */
export const isNotifyPath = (path: string): boolean => path.startsWith('/v1/');

/** The sandbox has exactly one Notify service. */
export const NOTIFY_SERVICE_PATH = `/v1/Services/${SANDBOX_NOTIFY_SERVICE_SID}`;

/** @throws TwilioProblem 20404 for another service. */
export function checkNotifyService({ params }: Call): void {
  if (params['serviceSid'] !== SANDBOX_NOTIFY_SERVICE_SID) notFound();
}
