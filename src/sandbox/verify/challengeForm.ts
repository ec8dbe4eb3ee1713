import { any, charactersOf, length, optional, optionalTexts, required, textsOf } from '../form.ts';
import { invalidRequest, TwilioProblem } from '../problem.ts';
import { isSid } from '../sid.ts';

export interface Details {
  readonly message: string;
  readonly fields: readonly { readonly label: string; readonly value: string }[];
}

export interface NewChallenge {
  readonly factorSid: string;
  /** Milliseconds since 1970; undefined for the default. */
  readonly expiresAt: number | undefined;
  readonly details: Details;
  readonly hiddenDetails: Record<string, string> | null;
}

const MAX_MESSAGE = 256;
const MAX_FIELDS = 20;
const MAX_LABEL = 36;
const MAX_VALUE = 128;
const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

/** @throws TwilioProblem 60368 for the details, 60306 for the rest. */
export function readNewChallenge(form: URLSearchParams): NewChallenge {
  const factorSid = required(form, 'FactorSid', isSid('YF'));
  const expiration = optional(form, 'ExpirationDate', isDate);
  return {
    factorSid,
    expiresAt: expiration === undefined ? undefined : Date.parse(expiration),
    details: { message: messageOf(form), fields: fieldsOf(form) },
    hiddenDetails: optionalTexts(form, 'HiddenDetails'),
  };
}

const isDate = (text: string): boolean => ISO_8601.test(text) && !Number.isNaN(Date.parse(text));

const messageOf = (form: URLSearchParams): string =>
  required(form, 'Details.Message', length(1, MAX_MESSAGE), invalidDetails);

function fieldsOf(form: URLSearchParams): Details['fields'] {
  const fields = form.getAll('Details.Fields');
  return fields.length > MAX_FIELDS ? invalidDetails() : fields.map(fieldOf);
}

function fieldOf(text: string): Details['fields'][number] {
  const { label = '', value = '' } = textsOf(text) ?? invalidRequest('Details.Fields');
  if (!label || charactersOf(label) > MAX_LABEL || charactersOf(value) > MAX_VALUE) return invalidDetails();
  return { label, value };
}

function invalidDetails(): never {
  throw new TwilioProblem(400, 60368, 'Challenge details invalid or not provided');
}

const MAX_AUTH_PAYLOAD = 5456;

export interface ChallengeUpdate {
  readonly authPayload: string | undefined;
  readonly metadata: Record<string, string> | null;
}

/** @throws TwilioProblem 60306, also if there is nothing to update. */
export function readChallengeUpdate(form: URLSearchParams): ChallengeUpdate {
  const authPayload = optional(form, 'AuthPayload', length(1, MAX_AUTH_PAYLOAD));
  const metadata = optionalTexts(form, 'Metadata');
  if (authPayload === undefined && optional(form, 'Metadata', any) === undefined) {
    return invalidRequest('AuthPayload');
  }
  return { authPayload, metadata };
}
