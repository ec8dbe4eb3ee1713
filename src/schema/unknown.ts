/** Every enum of Twilio's has this value, so that a word Twilio adds later breaks no client. */
export const UNKNOWN = { description: 'A value that Twilio has added and this gateway does not know yet.' };
