import type { SecretName, VariableName } from './variableNames.ts';

/**
 * The variables of docs/configuration.md as text: `process.env`, or a part of it. A missing variable takes its default.
 * A secret may be given as a file instead: the path under the variable's name followed by `_FILE`.
 */
export type Settings = {
  readonly [Name in VariableName | `${SecretName}_FILE`]?: string | undefined;
};
