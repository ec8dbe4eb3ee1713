import { isConclusive } from './isConclusive.ts';

/** The headers that make a repeated request safe. A type, because `fetch` does not accept an interface as headers. */
export type IntentHeaders = { readonly 'idempotency-key': string };

interface Unanswered {
  readonly headers: IntentHeaders;
  underWay?: Promise<unknown> | undefined;
}

export interface IntentOptions {
  /**
   * The name of the mutation in `data`: its field or its alias. If set, only this field uses the key up. By default
   * `resendChallengeNotification` does, or any field with a `__typename` if no field is null.
   */
  readonly field?: string;
  /**
   * For a `request` that returns its own kind of value: tells whether the value means that the gateway answered. It
   * replaces the search for a GraphQL result in the value.
   */
  readonly isAnswer?: (value: unknown) => boolean;
}

export type Intent = ReturnType<typeof createIntent>;

/** One intent of a person, even if the network makes the page repeat the request. Create one for each sending button. */
export function createIntent({ field, isAnswer }: IntentOptions = {}) {
  const isAnswered = isAnswer ?? ((value: unknown) => isConclusive(value, field));
  const unanswered = new Map<string, Unanswered>();

  return {
    /**
     * Calls `request` with the key of this intent. While it runs, calls with the same variables share its promise and its
     * result. Nothing is retried automatically.
     *
     * The key is kept until `request` returns a GraphQL result in which the mutation is not null. If the request failed on
     * the network, was answered by a proxy, or returned only errors, call again to repeat it. An answer uses the key up,
     * even if it says that the outcome is unknown: the next call is a new intent, so make it only for a new click. Other
     * variables, which must be JSON, get their own key.
     *
     * Return the value of your GraphQL client unchanged, and convert it afterwards: a value that is not a GraphQL result
     * keeps the key, unless `isAnswer` accepts it.
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
      // Settle the promise and the key together: once the promise settles, the person may click again.
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

/** 128 random bits. `randomUUID` needs a secure context, which a page in development may not have. */
function createKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Makes the name of variables independent of their order. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
