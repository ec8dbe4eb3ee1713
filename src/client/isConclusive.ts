/** A GraphQL result: plain JSON, a result of Apollo Client or urql, or an error of Apollo Client. */
interface GraphQLResult {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly errors?: unknown;
  /** Part of urql's `CombinedError`. */
  readonly graphQLErrors?: unknown;
}

interface GraphQLError {
  readonly extensions?: { readonly code?: unknown } | null;
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Whether the gateway certainly executed the mutation, so that its key is used up. Keeping a key is always safe, because
 * the gateway replays the answer; a new key may send a second push. So any doubt keeps the key: proxies answer with their
 * own JSON, and servers in front of the gateway report refusals and lost connections as errors of the mutation.
 */
export function isConclusive(given: unknown, field?: string): boolean {
  if (!isObject(given)) return false;
  if (!isResult(given)) return isMember(given, field) || holdsAnswer(given, field);
  const { data, error, errors }: GraphQLResult = given;
  const cause: GraphQLResult = isObject(error) ? error : {};
  // A reused key always gets this same error, so keeping the key would disable the button for good.
  if ([errors, cause.errors, cause.graphQLErrors].some(sayReused)) return true;
  return holdsAnswer(data, field) || holdsAnswer(cause.data, field);
}

/** Checks `__typename`, because a union member may have a field named `data` too. */
const isResult = (given: JsonObject): boolean =>
  !isTyped(given) && ('data' in given || 'error' in given || 'errors' in given);

/** True for a bare union member, which `request` may have taken out of `data`; false for the root object. */
const isMember = (given: JsonObject, field = RESEND): boolean =>
  isTyped(given) && given['__typename'] !== 'Mutation' && !(field in given);

/** Without a field name, an object counts only if it has a type and if no other field may be the failed mutation. */
function holdsAnswer(data: unknown, field?: string): boolean {
  if (!isObject(data)) return false;
  if (isObject(data[field ?? RESEND])) return true;
  const values = Object.values(data);
  return field === undefined && values.some(isTyped) && !values.includes(null);
}

const sayReused = (errors: unknown): boolean =>
  Array.isArray(errors) &&
  errors.some((error: GraphQLError | null) => error?.extensions?.code === 'IDEMPOTENCY_KEY_REUSED');

const RESEND = 'resendChallengeNotification';

const isTyped = (value: unknown): boolean => isObject(value) && typeof value['__typename'] === 'string';

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
