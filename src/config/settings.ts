import type { SecretName, VariableName } from './variableNames.ts';

/**
 * The variables of docs/configuration.md, by the same names and as text: `process.env`, or those of it that are meant
 * for this gateway. A variable that is left out has its default. The name of a secret followed by `_FILE` names a file
 * that holds it.
 */
export type Settings = {
  readonly [Name in VariableName | `${SecretName}_FILE`]?: string | undefined;
};
