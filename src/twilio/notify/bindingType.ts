/** What carries notifications, in Twilio's order. */
export const BINDING_TYPES = ['APN', 'FCM', 'GCM', 'SMS', 'FACEBOOK_MESSENGER', 'ALEXA'] as const;
export type BindingType = (typeof BINDING_TYPES)[number];

/** As Twilio writes it: facebook-messenger. */
export const wireBindingType = (type: BindingType): string => type.toLowerCase().replace('_', '-');

/** As GraphQL writes it; UNKNOWN for one this gateway has not learned yet. */
export function bindingTypeOf(value: unknown): BindingType | 'UNKNOWN' {
  return BINDING_TYPES.find((type) => wireBindingType(type) === value) ?? 'UNKNOWN';
}
