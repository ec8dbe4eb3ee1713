import { isConclusive } from './isConclusive.ts';

/** The headers that make repeating a request safe. Not an interface, which `fetch` would not take. */
export type IntentHeaders = { readonly 'idempotency-key': string };

interface Unanswered {
  readonly headers: IntentHeaders;
  underWay?: Promise<unknown> | undefined;
}

export interface IntentOptions {
  /**
   * The name of the mutation in `data`: its field, or its alias. With it, a key is used up only by this field. Without
   * it, by `resendChallengeNotification`, or by any field with a `__typename` while no field is null.
   */
  readonly field?: string;
  /**
   * For a `request` that returns something of its own: whether this value says that the gateway answered. It replaces
   * the search for a GraphQL result in what `request` returns.
   */
  readonly isAnswer?: (value: unknown) => boolean;
}

export type Intent = ReturnType<typeof createIntent>;

/** Something a person wants once, however often the network makes a page ask for it: one for each button that sends. */
export function createIntent({ field, isAnswer }: IntentOptions = {}) {
  const isAnswered = isAnswer ?? ((value: unknown) => isConclusive(value, field));
  const unanswered = new Map<string, Unanswered>();

  return {
    /**
     * Calls `request` with the key of this intent. While that is under way, asking for the same shares its promise;
     * what it ends with is the end of this one too. Nothing is repeated by itself.
     *
     * The key is kept until `request` returns a GraphQL result in which the mutation is not null. A request that failed
     * on its way, that a proxy answered, or that came to nothing but errors, may be repeated by calling again. An answer
     * uses the key up, also one that says that the outcome is unknown: the next call is a new intent, so make it for a
     * new click only. Other variables, which have to be JSON, have a key of their own.
     *
     * Return what your client returns, and make something else of it afterwards: a value that is not a GraphQL result
     * keeps the key, unless `isAnswer` says that it is an answer.
     */
    async send<Answer>(
      variables: object,
      request: (headers: IntentHeaders) => Promise<Answer>,
    ): Promise<Answer> {
      const name = JSON.stringify(variables, inOrder);
      const intent: Unanswered = unanswered.get(name) ?? { headers: { 'idempotency-key': createKey() } };
      unanswered.set(name, intent);
      if (intent.underWay) return intent.underWay as Promise<Answer>;

      const settle = (isUsedUp: () => boolean) => {
        intent.underWay = undefined;
        if (isUsedUp()) unanswered.delete(name);
      };
      const asking = (async () => request(intent.headers))();
      // In one step with the key: whoever sees the promise settle may click again.
      const settling = asking.then(
        (answer) => {
          settle(() => isAnswered(answer));
          return answer;
        },
        (error: unknown) => {
          settle(() => isConclusive({ error }, field));
          throw error;
        },
      );
      intent.underWay = settling;
      return settling;
    },
  };
}

/** 128 random bits. `randomUUID` would need a secure context, which a page under development may not have. */
function createKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The same variables have one name, in whatever order they are written. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
