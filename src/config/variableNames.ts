import type { Variable } from './variable.ts';
import { VARIABLE_GROUPS } from './variables.ts';

type Groups = typeof VARIABLE_GROUPS;
type KeyOf<Group> = Group extends unknown ? keyof Group : never;

export type GroupName = keyof Groups;
/** The names of the variables in one or more groups. */
export type NameIn<Group extends GroupName> = KeyOf<Groups[Group]>;
export type VariableName = NameIn<GroupName>;
export type RowOf<Name extends VariableName> = Extract<
  Groups[GroupName],
  { readonly [Key in Name]: unknown }
>[Name];
export type SecretName = {
  [Name in VariableName]: RowOf<Name> extends { readonly secret: true } ? Name : never;
}[VariableName];

export const ROWS: readonly (readonly [VariableName, Variable])[] = Object.values(VARIABLE_GROUPS).flatMap(
  (group) => Object.entries(group) as [VariableName, Variable][],
);

/** The variables that can be read from a file, NAME_FILE. */
export const SECRETS: readonly string[] = ROWS.filter(([, { secret }]) => secret).map(([name]) => name);

export const fileVariable = (secret: string): string => `${secret}_FILE`;

/** The variables of these groups and the `_FILE` variables of their secrets. */
export const namesIn = (...groups: readonly GroupName[]): readonly string[] =>
  groups
    .flatMap((group) => Object.entries<Variable>(VARIABLE_GROUPS[group]))
    .flatMap(([name, { secret }]) => (secret ? [name, fileVariable(name)] : [name]));

/** All variables and the `_FILE` variables of the secrets. */
export const VARIABLE_NAMES: readonly string[] = [
  ...ROWS.map(([name]) => name),
  ...SECRETS.map(fileVariable),
];
