/** A GraphQL result: as JSON, as Apollo Client or urql return it, or as Apollo Client throws it. */
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
 * the gateway replays; a new key may send a second push. So everything unknown keeps it: a proxy answers with JSON of its
 * own, and servers before the gateway report refusals and lost connections as errors at the mutation.
 */
export function isConclusive(given: unknown, field?: string): boolean {
  if (!isObject(given)) return false;
  if (!isResult(given)) return isMember(given, field) || holdsAnswer(given, field);
  const { data, error, errors }: GraphQLResult = given;
  const cause: GraphQLResult = isObject(error) ? error : {};
  // A reused key never gets another answer: keeping it would leave the button dead.
  if ([errors, cause.errors, cause.graphQLErrors].some(sayReused)) return true;
  return holdsAnswer(data, field) || holdsAnswer(cause.data, field);
}

/** A result has no `__typename`; a member may have a field named `data`. */
const isResult = (given: JsonObject): boolean =>
  !isTyped(given) && ('data' in given || 'error' in given || 'errors' in given);

/** A member by itself, as `request` may pick it out of `data`. The root object is not a member. */
const isMember = (given: JsonObject, field = RESEND): boolean =>
  isTyped(given) && given['__typename'] !== 'Mutation' && !(field in given);

/** Without the name of the field, an object counts only if it has a type, and if no other field may be the failed one. */
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
