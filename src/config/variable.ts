import type { Rule } from './rules.ts';

/** Defines one variable of the environment. */
export interface Variable {
  readonly rule: Rule<unknown>;
  /** The text used when the variable is unset. */
  readonly default?: string;
  /** Describes a default that depends on other variables. */
  readonly defaultText?: string;
  /** One sentence of plain text. */
  readonly meaning: string;
  /** It can be read from the file NAME_FILE, and is reloaded when that file changes. */
  readonly secret?: true;
}
