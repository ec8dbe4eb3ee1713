import { editDistance } from './editDistance.ts';
import type { Environment } from './environment.ts';
import { VARIABLE_NAMES } from './variableNames.ts';

/** Variables of other programs and platforms: the gateway ignores them, and they are not typing mistakes. */
const FOREIGN_VARIABLES = ['TWILIO_LOG_LEVEL', 'TWILIO_CA_BUNDLE', 'REDIS_TLS_URL', 'APP_KEY', 'APP_KEYS'];

/** Kubernetes sets these for each service of a namespace. */
const SERVICE_VARIABLE = /_SERVICE_HOST$|_SERVICE_PORT(_|$)|_PORT_\d+_(TCP|UDP|SCTP)(_|$)/;
const SERVICE_ADDRESS = /^(tcp|udp|sctp):\/\//;

/** An unknown name with one of these prefixes is probably a typing mistake, and a misspelt guard has no effect. */
const OUR_FAMILIES = (
  'TWILIO JWT API_KEY AUTH_ AUTHENTICATION TRUSTED TRUST_ ALLOWED INTROSPECT FEDERAT LIMIT RESEND PUSH UPSTREAM ' +
  'REDIS_ KEPT_ MAX_ LOG_ SANDBOX_ ADMIN_ EVENT_ MCP'
).split(' ');

/** Warns of variables that look like ours but have no effect. Warnings contain no values. */
export function unknownVariableWarnings(set: Environment): string[] {
  const names = Object.keys(set).filter((name) => !isOfService(name, set[name]));
  return names.flatMap((name) => {
    const nearest = nearestVariable(name);
    if (nearest === name || !(nearest ?? familyOf(name))) return [];
    const question = nearest ? `did you mean ${nearest}?` : 'is it a typing mistake?';
    return [`${name} is not a variable of this gateway; ${question}`];
  });
}

/** The variable with this name, or the one it is probably a misspelling of; undefined for foreign names. */
export function nearestVariable(name: string): string | undefined {
  if (VARIABLE_NAMES.includes(name)) return name;
  if (FOREIGN_VARIABLES.includes(name)) return undefined;
  const family = familyOf(name);
  const candidates = VARIABLE_NAMES.filter(
    (known) => isMistypingOf(known, name) || (family !== undefined && `${known}_`.startsWith(family)),
  );
  const distances = candidates.map((known) => editDistance(spelled(name), known));
  return candidates[distances.indexOf(Math.min(...distances))];
}

const familyOf = (name: string): string | undefined =>
  /^[A-Z\d_]+$/.test(name) && !FOREIGN_VARIABLES.includes(name)
    ? OUR_FAMILIES.find((family) => name.startsWith(family))
    : undefined;

const isOfService = (name: string, value = ''): boolean =>
  SERVICE_VARIABLE.test(name) || (name.endsWith('_PORT') && SERVICE_ADDRESS.test(value));

/** Names this short often differ by one letter from a variable of another program. */
const SHORT_LENGTH = 4;

function isMistypingOf(known: string, name: string): boolean {
  if (known.length <= SHORT_LENGTH) return slipsOf(known).includes(name);
  const mistakes = known.length <= 8 ? 1 : known.length < 16 ? 2 : 3;
  if (Math.abs(name.length - known.length) > mistakes) return false;
  return editDistance(spelled(name), known) <= mistakes;
}

/** All misspellings of a name with one letter omitted, doubled, or swapped with the next. */
const slipsOf = (name: string): string[] =>
  [...name].flatMap((letter, at) => {
    const [before, after] = [name.slice(0, at), name.slice(at + 1)];
    const swapped = before + after.slice(0, 1) + letter + after.slice(1);
    return [before + after, before + letter + letter + after, swapped];
  });

/** Normalizes a name to the spelling of our variables. */
const spelled = (name: string): string => name.toUpperCase().replace(/[-.]/g, '_');
