import type { Environment } from './environment.ts';
import { VARIABLES } from './variableNames.ts';

/** Twilio's own tools read these; they mean nothing here and are no typing mistake. */
const FOREIGN_VARIABLES = ['TWILIO_LOG_LEVEL', 'TWILIO_CA_BUNDLE'];

/** An unknown name that begins like this is most likely a misspelt variable; a misspelt guard guards nothing. */
const OUR_FAMILIES =
  /^(TWILIO|JWT|API_KEY|TRUSTED|ALLOWED|LIMIT|RESEND|PUSH|UPSTREAM|INTROSPECT|FEDERAT)[A-Z_]*$/;

/** Features of later versions: whoever sets one must learn that it does nothing yet. */
const UNSERVED_VARIABLES = ['WEBHOOK_PUBLIC_URL'];

/** Warns of variables that look like ours and have no effect. */
export function unknownVariableWarnings(set: Environment): string[] {
  const known = [...VARIABLES, ...FOREIGN_VARIABLES];
  const names = Object.keys(set);
  return [
    ...names
      .filter((name) => OUR_FAMILIES.test(name) && !known.includes(name))
      .map((name) => `${name} is not a variable of this gateway; is it a typing mistake?`),
    ...UNSERVED_VARIABLES.filter((name) => names.includes(name)).map(
      (name) => `${name} has no effect in this version`,
    ),
  ];
}
