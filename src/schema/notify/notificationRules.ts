import * as v from 'valibot';
import * as input from '../../twilio/input.ts';
import { notificationForm, PRIORITIES } from '../../twilio/notify/notification.ts';
import {
  bindingType,
  isAddressOf,
  MAX_FILTER_TAGS,
  MAX_IDENTITIES,
  namesOf,
  PHONE_MESSAGE,
} from './bindingRules.ts';

export const MAX_TTL_SECONDS = 2_419_200;
const MAX_FORM_BYTES = 1_000_000;

const payload = v.nullish(v.custom<Record<string, unknown>>((value) => typeof value === 'object'));

/** Twilio reserves names that begin with twi_. */
const isReserved = (name: string): boolean => name.startsWith('twi_');

/** A payload for an app: either its data, or the whole message to its platform, which contains data too. */
const payloadOf = (argument: string, namesOfPayload: (payload: Record<string, unknown>) => string[]) =>
  v.pipe(
    v.custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null),
    v.check(
      (payload) => !namesOfPayload(payload).some(isReserved),
      `${argument} must not hold names that begin with twi_: they are Twilio's.`,
    ),
  );

const ownPayload = (argument: string) => v.nullish(payloadOf(argument, Object.keys));

/** The payload must not contain recipients. */
const googlePayload = (argument: string, targets: readonly string[]) =>
  v.nullish(
    v.pipe(
      payloadOf(argument, (payload) => [...Object.keys(payload), ...Object.keys(payload['data'] ?? {})]),
      v.check(
        (payload) => !targets.some((name) => name in payload),
        `${argument} must not hold ${targets.join(', ')}: it cannot choose who gets it.`,
      ),
    ),
  );

const Destination = v.pipe(
  v.object({ bindingType: bindingType(), address: input.anyText('address') }),
  v.forward(
    v.check((given) => isAddressOf(given.bindingType, given.address), PHONE_MESSAGE),
    ['address'],
  ),
);

const Members = v.object({
  serviceSid: input.notifyServiceSid(),
  identities: v.nullish(namesOf('identities', MAX_IDENTITIES)),
  tags: v.nullish(namesOf('tags', MAX_FILTER_TAGS)),
  toBindings: v.nullish(v.array(Destination)),
  segments: v.nullish(v.array(input.anyText('segments'))),
  title: v.nullish(v.string()),
  body: v.nullish(v.string()),
  sound: v.nullish(v.string()),
  action: v.nullish(v.string()),
  priority: v.nullish(v.picklist(PRIORITIES, 'priority must be HIGH or LOW.')),
  ttl: v.nullish(input.wholeNumber('ttl', 0, MAX_TTL_SECONDS, ' of seconds')),
  data: ownPayload('data'),
  apn: ownPayload('apn'),
  fcm: googlePayload('fcm', ['to', 'registration_ids', 'condition', 'notification_key']),
  gcm: googlePayload('gcm', ['to', 'registration_ids', 'notification_key']),
  sms: payload,
  facebookMessenger: payload,
  alexa: payload,
  deliveryCallbackUrl: v.nullish(
    v.pipe(
      v.string(),
      v.check(
        (text) => /^https?:$/.test(protocolOf(text)),
        'deliveryCallbackUrl must be an http or https URL.',
      ),
    ),
  ),
});

const protocolOf = (text: string): string => (URL.canParse(text) ? new URL(text).protocol : '');

type Checked = v.InferOutput<typeof Members>;

/** If the input certainly sends text messages, it must contain their text. */
const hasTextForSms = ({
  toBindings,
  tags,
  body,
  sms,
}: Pick<Checked, 'toBindings' | 'tags' | 'body' | 'sms'>) => {
  const isForSms =
    tags?.includes('sms') || toBindings?.some((destination) => destination.bindingType === 'SMS');
  const text = sms?.['body'] ?? body;
  const media = sms?.['media_urls'];
  const hasMedia = Array.isArray(media) && media.length > 0;
  return !isForSms || hasMedia || (typeof text === 'string' && text !== '');
};

const hasRecipient = ({ identities, tags, toBindings, segments }: Partial<Checked>): boolean =>
  [identities, tags, toBindings, segments].some((list) => list?.length);

/** All checks that are possible before calling Twilio; reports every problem at once. */
export const NotificationRules = v.pipe(
  Members,
  v.forward(
    v.partialCheck(
      [['identities'], ['tags'], ['toBindings'], ['segments']],
      hasRecipient,
      'At least one of identities, tags, toBindings, segments is needed.',
    ),
    ['identities'],
  ),
  v.forward(
    v.partialCheck(
      [['toBindings'], ['tags'], ['body'], ['sms']],
      hasTextForSms,
      'SMS needs a body, or a body or media_urls in sms.',
    ),
    ['body'],
  ),
  v.check(
    (given) => Buffer.byteLength(notificationForm(given)) <= MAX_FORM_BYTES,
    `All together must be ${MAX_FORM_BYTES} bytes at most.`,
  ),
);
