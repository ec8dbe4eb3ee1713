import { GraphQLError } from 'graphql';

/** What a refusal of the gateway has beside its JSON. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** No operation reached the gateway, or it was a read: asking again does no harm. */
export const unavailable = (reason: string): GraphQLError =>
  new GraphQLError(`The Verify gateway ${reason}; try again in a moment.`, {
    extensions: { code: 'GATEWAY_UNAVAILABLE' },
  });

/** A write may have been made. */
export const outcomeUnknown = (reason: string): GraphQLError =>
  new GraphQLError(
    `The Verify gateway ${reason}, so it is not known whether this was done; ` +
      'repeat it with its Idempotency-Key or not at all.',
    { extensions: { code: 'GATEWAY_OUTCOME_UNKNOWN' } },
  );

/**
 * An error as the gateway worded it. Its status and headers go along for hosts that read them there (GraphQL Yoga); other
 * hosts would print them, so they are not enumerable.
 */
export function forwarded(
  { message, path, extensions }: Pick<GraphQLError, 'message'> & Partial<GraphQLError>,
  http: HttpAnswer | undefined,
): GraphQLError {
  const forwardedExtensions = { ...extensions };
  if (http) Object.defineProperty(forwardedExtensions, 'http', { value: http });
  return new GraphQLError(message, { path: path ?? null, extensions: forwardedExtensions });
}
