import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Gives the signal that a client has gone without its answer; made on first use, since a resend reads nothing. */
export function clientDisconnect(response: ServerResponse | undefined): () => AbortSignal | undefined {
  let signal: AbortSignal | undefined;
  return () => (signal ??= response && abortOnDisconnect(response));
}

function abortOnDisconnect(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  // Every read of the operation listens.
  setMaxListeners(0, controller.signal);
  const abortUnlessAnswered = () => {
    if (!response.writableEnded) controller.abort();
  };
  if (response.closed) abortUnlessAnswered();
  else response.once('close', abortUnlessAnswered);
  return controller.signal;
}
