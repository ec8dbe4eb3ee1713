import type { ServerResponse } from 'node:http';
import { isAccount } from './authorize.ts';
import type { Answer } from './call.ts';
import { problemJson } from './problem.ts';
import { challengeToResend } from './routes.ts';
import type { Fault } from './seed.ts';
import type { SandboxState } from './state.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** How this request goes wrong, when it sends the push of a seeded challenge again for the account. */
export function faultOf(state: SandboxState, { method, path, authorization }: Asked): Fault | undefined {
  return isAccount(authorization) ? challengeToResend(state, method, path)?.fault : undefined;
}

interface Exchange {
  /** Does what was asked. */
  readonly perform: () => Answer;
  readonly send: (status: number, text: string, headers?: Record<string, string>) => void;
  readonly response: ServerResponse;
}

/** Answers a resend the way its seed says. */
export function misbehave(fault: Fault, { perform, send, response }: Exchange): void {
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
      const text = JSON.stringify(json);
      // A push that is refused, at the cap for example, is a regular answer.
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
