/** The headers that make repeating a request safe. */
export interface IntentHeaders {
  readonly 'idempotency-key': string;
}

interface Unanswered {
  readonly headers: IntentHeaders;
  underWay?: Promise<unknown> | undefined;
}

export type Intent = ReturnType<typeof createIntent>;

/** Something a person wants once, however often the network makes a page ask for it: one for each button that sends. */
export function createIntent() {
  const unanswered = new Map<string, Unanswered>();

  return {
    /**
     * Calls `request` with the key of this intent. While that is under way, asking for the same shares its promise;
     * what it ends with is the end of this one too. Nothing is repeated by itself.
     *
     * The key is kept until an answer has arrived: a request that failed on its way, or was refused before the mutation
     * ran, may be repeated by calling again. An answer uses it up, also one that says that the outcome is unknown: the
     * next call is a new intent, so make it for a new click only. Other variables have a key of their own.
     */
    send<Answer>(variables: object, request: (headers: IntentHeaders) => Promise<Answer>): Promise<Answer> {
      const name = JSON.stringify(variables, inOrder);
      const intent: Unanswered = unanswered.get(name) ?? { headers: { 'idempotency-key': createKey() } };
      unanswered.set(name, intent);
      if (intent.underWay) return intent.underWay as Promise<Answer>;

      const settle = (isAnswered: boolean) => {
        intent.underWay = undefined;
        if (isAnswered) unanswered.delete(name);
      };
      const asking = (async () => request(intent.headers))();
      // In one step with the key: whoever sees the promise settle may click again.
      const settling = asking.then(
        (answer) => {
          settle(isAnswer(answer));
          return answer;
        },
        (error: unknown) => {
          settle(isAnswer({ error }));
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

/** What Apollo Client, urql or plain JSON tell of the errors of a request. */
interface Errors {
  /** Of JSON and of Apollo's `CombinedGraphQLErrors`. */
  readonly errors?: unknown;
  /** Of urql's `CombinedError`. */
  readonly graphQLErrors?: unknown;
}

interface GraphQLError {
  readonly path?: unknown;
  readonly extensions?: { readonly code?: unknown };
}

/**
 * Whether the mutation itself was answered. An error with a path was met while it ran. Any other, such as too many
 * requests or an expired token, says nothing about an earlier try, whose push may be on its way; nor does a denial,
 * which has a path and comes before anything is looked up.
 */
function isAnswer(given: unknown): boolean {
  if (typeof given !== 'object') return given !== undefined;
  if (given === null) return false;
  const { error } = given as { readonly error?: unknown };
  const { errors, graphQLErrors } = (error ?? given) as Errors;
  const list = Array.isArray(errors) ? errors : Array.isArray(graphQLErrors) ? graphQLErrors : [];
  if (list.length === 0) return error === undefined || error === null;
  return list.some((one: GraphQLError) => Array.isArray(one.path) && one.extensions?.code !== 'FORBIDDEN');
}
