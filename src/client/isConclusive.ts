/** What a request came to, as JSON, as Apollo Client or urql return it, or as what Apollo Client throws. */
interface Told {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly errors?: unknown;
  /** Of urql's `CombinedError`. */
  readonly graphQLErrors?: unknown;
}

interface GraphQLError {
  readonly path?: readonly unknown[] | null;
  readonly extensions?: { readonly code?: unknown } | null;
}

/**
 * Whether the mutation was answered, so that its key is used up. Keeping a key is always safe, because the gateway
 * replays; a new one may send a second push. So errors alone are no answer, also where they name the mutation: servers
 * that stand before the gateway put refusals and lost connections there.
 */
export function isConclusive(given: unknown): boolean {
  if (!isObject(given)) return given !== undefined && given !== null;
  const { error, ...told } = given as Told;
  const cause: Told = isObject(error) ? error : {};
  const errors = listOf(told.errors) ?? listOf(cause.errors) ?? listOf(cause.graphQLErrors) ?? [];
  // It will never be answered otherwise: with this key the button would be dead.
  if (errors.some(({ extensions }) => extensions?.code === 'IDEMPOTENCY_KEY_REUSED')) return true;
  const data = told.data ?? cause.data;
  if (!isObject(data)) return !isGraphQL(given);
  const isLost = errors.some(({ path }) => path && data[String(path[0])] === null);
  return !isLost && Object.keys(data).some((field) => field !== '__typename' && data[field] !== null);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const listOf = (errors: unknown): readonly GraphQLError[] | undefined =>
  Array.isArray(errors) ? errors.filter(isObject) : undefined;

/** Anything else is what `request` made of an answer. */
const isGraphQL = (given: object): boolean => 'data' in given || 'error' in given || 'errors' in given;
