import * as v from 'valibot';
import * as input from '../../twilio/input.ts';
import type { BindingType } from '../../twilio/notify/bindingType.ts';
import { BINDING_TYPES } from '../../twilio/notify/bindingType.ts';

/** Twilio's limits. */
export const MAX_IDENTITIES = 20;
export const MAX_BINDING_TAGS = 20;
/** Twilio documents both 5 and 20. The gateway allows the larger number; Twilio decides. */
export const MAX_FILTER_TAGS = 20;

/** A list without empty names. */
export const namesOf = (argument: string, max: number) =>
  v.pipe(v.array(input.anyText(argument)), v.maxLength(max, `${argument} must be ${max} at most.`));

export const bindingType = (argument = 'bindingType') =>
  v.picklist(BINDING_TYPES, `${argument} must be one of ${BINDING_TYPES.join(', ')}.`);

/** A device token, or for SMS a phone number with its country code. */
export const isAddressOf = (type: BindingType, address: string): boolean =>
  type === 'SMS' ? /^\+[1-9]\d{1,14}$/.test(address) : address.length > 0;

export const PHONE_MESSAGE = 'address must be a phone number with its country for SMS, such as +14155550100.';
