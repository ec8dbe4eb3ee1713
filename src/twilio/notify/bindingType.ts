/** Notification channels, in Twilio's order. */
export const BINDING_TYPES = ['APN', 'FCM', 'GCM', 'SMS', 'FACEBOOK_MESSENGER', 'ALEXA'] as const;
export type BindingType = (typeof BINDING_TYPES)[number];

/** Twilio's spelling, such as facebook-messenger. */
export const wireBindingType = (type: BindingType): string => type.toLowerCase().replace('_', '-');

/** GraphQL's spelling; UNKNOWN for types that this version does not know. */
export function bindingTypeOf(value: unknown): BindingType | 'UNKNOWN' {
  return BINDING_TYPES.find((type) => wireBindingType(type) === value) ?? 'UNKNOWN';
}
