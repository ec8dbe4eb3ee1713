import { VARIABLE_NAMES } from './variableNames.ts';

/** Lists every problem of the configuration, one per line. The message contains no values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** The variables that the problems name. */
  readonly variables: readonly string[];

  constructor(problems: readonly string[]) {
    super(['The configuration is not valid:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    const words = new Set(this.message.split(/\W+/));
    this.variables = VARIABLE_NAMES.filter((name) => words.has(name));
  }
}
