/** A member of a union, as every document of this client selects it. */
interface Member {
  readonly __typename: string;
}

/** One handler for each member of a result, and one for those that did not exist when the page was built. */
export type ResultHandlers<Result extends Member> = {
  readonly [Name in Result['__typename']]: (
    member: Extract<Result, { readonly __typename: Name }>,
  ) => unknown;
} & { readonly default: (unknown: never) => unknown };

/** Inference lets any name through, so those that are no member are refused here. */
type NoOthers<Handlers, Known> = { readonly [Name in Exclude<keyof Handlers, keyof Known>]: never };

type AnswerOf<Handlers> = {
  [Name in keyof Handlers]: Handlers[Name] extends (...args: never[]) => infer Answer ? Answer : never;
}[keyof Handlers];

/**
 * Calls the handler that is named after the member. Leaving a member out, or naming one that does not exist, does not
 * compile.
 * @param result what a mutation answered; null and undefined, which come with errors, have to be looked at before.
 * @returns what the handler returns.
 */
export function matchResult<Result extends Member, Handlers extends ResultHandlers<Result>>(
  result: Result,
  handlers: Handlers & NoOthers<Handlers, ResultHandlers<Result>>,
): AnswerOf<Handlers> {
  const name = result.__typename as Result['__typename'];
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : handlers.default;
  return (handler as (member: Result) => AnswerOf<Handlers>)(result);
}
