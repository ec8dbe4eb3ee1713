import type { Values } from './readVariables.ts';
import { namesIn, ROWS } from './variableNames.ts';
import type { GroupName, NameIn } from './variableNames.ts';

/** Groups that become one option each: `twilio` and `credentials`. */
const COMBINED = ['Twilio', 'Who may call'] as const satisfies readonly GroupName[];

type CamelCase<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${Lowercase<First>}${Capitalize<CamelCase<Rest>>}`
  : Lowercase<Name>;

/** All other variables, in camel case; null when unset and without a default. */
export type VariableOptions = {
  readonly [Name in NameIn<Exclude<GroupName, (typeof COMBINED)[number]>> as CamelCase<Name>]: Values[Name];
};

export function variableOptions(values: Values): VariableOptions {
  const combined = namesIn(...COMBINED);
  const options = ROWS.filter(([name]) => !combined.includes(name)).map(
    ([name]) => [camelCase(name), values[name]] as const,
  );
  return Object.fromEntries(options) as VariableOptions;
}

const camelCase = (name: string): string =>
  name.toLowerCase().replace(/_(.)/g, (_, first: string) => first.toUpperCase());
