import type { Rule } from './rules.ts';

/** Everything that is known about one variable. */
export interface Variable {
  readonly rule: Rule<unknown>;
  /** The text that stands for an unset variable. */
  readonly default?: string;
  /** The default in words, where it depends on something else. */
  readonly defaultText?: string;
  /** One sentence of plain text. */
  readonly meaning: string;
  /** It may stand in a file that NAME_FILE names, and changes with that file. */
  readonly secret?: true;
}
