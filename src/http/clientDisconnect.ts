import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Returns a signal that aborts when the client disconnects before its answer. Lazy, because a resend never needs it. */
export function clientDisconnect(response: ServerResponse | undefined): () => AbortSignal | undefined {
  let signal: AbortSignal | undefined;
  return () => (signal ??= response && abortOnDisconnect(response));
}

function abortOnDisconnect(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  // Every read of the operation adds a listener.
  setMaxListeners(0, controller.signal);
  const abortUnlessAnswered = () => {
    if (!response.writableEnded) controller.abort();
  };
  if (response.closed) abortUnlessAnswered();
  else response.once('close', abortUnlessAnswered);
  return controller.signal;
}
