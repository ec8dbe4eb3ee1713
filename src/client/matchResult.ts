/** A union member; every document of this client selects its `__typename`. */
interface Member {
  readonly __typename: string;
}

/** One handler for each member of a result, and one for members that are newer than the page. */
export type ResultHandlers<Result extends Member> = {
  readonly [Name in Result['__typename']]: (
    member: Extract<Result, { readonly __typename: Name }>,
  ) => unknown;
} & { readonly default: (unknown: never) => unknown };

/** Rejects names of unknown members, which type inference would accept. */
type NoOthers<Handlers, Known> = { readonly [Name in Exclude<keyof Handlers, keyof Known>]: never };

type AnswerOf<Handlers> = {
  [Name in keyof Handlers]: Handlers[Name] extends (...args: never[]) => infer Answer ? Answer : never;
}[keyof Handlers];

/**
 * Calls the handler with the name of the member. A missing or unknown member is a compile-time error.
 * @param result the result of a mutation; handle null and undefined, which come with errors, before.
 * @returns the value of the handler.
 */
export function matchResult<Result extends Member, Handlers extends ResultHandlers<Result>>(
  result: Result,
  handlers: Handlers & NoOthers<Handlers, ResultHandlers<Result>>,
): AnswerOf<Handlers> {
  const name = result.__typename as Result['__typename'];
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : handlers.default;
  return (handler as (member: Result) => AnswerOf<Handlers>)(result);
}
