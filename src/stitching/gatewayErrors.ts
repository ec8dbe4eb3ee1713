import { GraphQLError } from 'graphql';

/** The HTTP part of a refusal by the gateway. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Either the operation did not reach the gateway or it was a read, so a retry is safe. */
export const unavailable = (reason: string): GraphQLError =>
  new GraphQLError(`The Verify gateway ${reason}; try again in a moment.`, {
    extensions: { code: 'GATEWAY_UNAVAILABLE' },
  });

/** The write may have been executed. */
export const outcomeUnknown = (reason: string): GraphQLError =>
  new GraphQLError(
    `The Verify gateway ${reason}, so it is not known whether this was done; ` +
      'repeat it with its Idempotency-Key or not at all.',
    { extensions: { code: 'GATEWAY_OUTCOME_UNKNOWN' } },
  );

/**
 * Forwards an error of the gateway unchanged, with its status and headers for hosts that read `extensions.http` (GraphQL
 * Yoga). They are not enumerable, because other hosts would print them.
 */
export function forwarded(
  { message, path, extensions }: Pick<GraphQLError, 'message'> & Partial<GraphQLError>,
  http: HttpAnswer | undefined,
): GraphQLError {
  const forwardedExtensions = { ...extensions };
  if (http) Object.defineProperty(forwardedExtensions, 'http', { value: http });
  return new GraphQLError(message, { path: path ?? null, extensions: forwardedExtensions });
}
