/** Holds what the suite makes the sandbox answer and the gateway send against Twilio's own description. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { observeTwilio } from './helpers/observeTwilio.ts';
import { isNotify, readNotifySpecification, readSpecification } from './helpers/specification.ts';

const verify = readSpecification();
const notify = readNotifySpecification();
const specOf = (request: { readonly path: string }) => (isNotify(request) ? notify : verify);
const problems: string[] = [];

const observers = observeTwilio({
  onAnswer: (answered) => void problems.push(...(specOf(answered)?.answerProblems(answered) ?? [])),
  onRequest: (request) => void problems.push(...(specOf(request)?.requestProblems(request) ?? [])),
});

if (verify || notify) {
  beforeAll(() => {
    for (const [name, observer] of observers) subscribe(name, observer);
  });
  afterEach(report);
  afterAll(() => {
    for (const [name, observer] of observers) unsubscribe(name, observer);
    report();
  });
}

/** Fails the test during which something happened that Twilio does not document. */
function report(): void {
  const found = problems.splice(0);
  if (found.length > 0) throw new Error(`Not as Twilio documents it:\n${found.join('\n')}`);
}
