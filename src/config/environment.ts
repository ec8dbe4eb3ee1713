/** Values by the name of their variable. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as unset. */
export const withoutEmpty = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
