/** Every enum of Twilio's values has this one, so that values that Twilio adds later do not break clients. */
export const UNKNOWN = { description: 'A value that Twilio added and this gateway does not know yet.' };
