import type { HttpRefusal } from '../auth/httpRefusal.ts';

export const NO_WEBHOOK: HttpRefusal = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'Webhooks are off; WEBHOOK_PUBLIC_URL turns them on.',
};

export const NOT_POST: HttpRefusal = {
  status: 405,
  code: 'METHOD_NOT_ALLOWED',
  message: 'Send webhooks as POST.',
  headers: { allow: 'POST' },
};

export const NOT_FORM_OR_JSON: HttpRefusal = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: 'Send webhooks as application/x-www-form-urlencoded or application/json.',
};

export const BAD_SIGNATURE: HttpRefusal = {
  status: 403,
  code: 'INVALID_SIGNATURE',
  message:
    'X-Twilio-Signature is missing or wrong. WEBHOOK_PUBLIC_URL must be the URL that Twilio calls, and ' +
    'TWILIO_AUTH_TOKEN the primary auth token of the account.',
};
