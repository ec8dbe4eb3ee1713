import type { ServerResponse } from 'node:http';
import { isAccount } from './authorize.ts';
import type { Answer } from './answer.ts';
import { NOTIFY_SERVICE_PATH } from './notify/service.ts';
import { problemJson } from './problem.ts';
import { challengeToResend } from './routes.ts';
import { NOTIFY_FAULTS, seededSid } from './seed.ts';
import type { Fault } from './seed.ts';
import type { SandboxState } from './state.ts';

interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** The seeded fault of the challenge, if the account requests its resend. */
export function faultOf(
  state: SandboxState,
  { method, path, authorization }: RequestHead,
): Fault | undefined {
  return isAccount(authorization) ? challengeToResend(state, method, path)?.fault : undefined;
}

/**
 * The fault of a request to Notify, known once the body has arrived. An identity or a tag such as `fault-20429` anywhere
 * in the request selects it, or the SID of a binding with that number.
 */
export function notifyFaultOf(
  { path, authorization }: RequestHead,
  { query, body = '' }: { readonly query: string; readonly body: string | undefined },
): Fault | undefined {
  if (!isAccount(authorization) || !path.startsWith(`${NOTIFY_SERVICE_PATH}/`)) return undefined;
  const given = [new URLSearchParams(query), new URLSearchParams(body)];
  const names = given.flatMap((sent) => [...sent.getAll('Identity'), ...sent.getAll('Tag')]);
  const isNamed = (number: number) =>
    path === `${NOTIFY_SERVICE_PATH}/Bindings/${seededSid('BS', number)}` ||
    names.includes(`fault-${number}`);
  return [...NOTIFY_FAULTS].find(([number]) => isNamed(number))?.[1];
}

interface FaultTarget {
  /** Executes the request. */
  readonly perform: () => Answer;
  readonly send: (status: number, text: string, headers?: Record<string, string>) => void;
  readonly response: ServerResponse;
}

export function injectFault(fault: Fault, { perform, send, response }: FaultTarget): void {
  switch (fault.kind) {
    case 'problem': {
      const retryAfter = fault.retryAfterSeconds;
      const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
      return send(fault.status, JSON.stringify(problemJson(fault)), headers);
    }
    case 'body':
      return send(fault.status, fault.body, { 'content-type': fault.contentType });
    case 'truncatedJson':
    case 'cutAfterRead': {
      const { status, json } = perform();
      const text = json ? JSON.stringify(json) : '';
      // A refusal, for example of a push at the cap, is a regular answer.
      if (status >= 300) return send(status, text);
      if (fault.kind === 'truncatedJson') return send(status, text.slice(0, -20));
      return void response.socket?.destroy();
    }
    case 'cutBeforeRead':
      return void response.socket?.destroy();
    case 'hang':
      return;
  }
}
