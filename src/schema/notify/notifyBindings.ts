import * as v from 'valibot';
import { ANY_OWNER } from '../../auth/caller.ts';
import * as input from '../../twilio/input.ts';
import { fetchBindings } from '../../twilio/notify/binding.ts';
import { builder } from '../builder.ts';
import { paginate, connectionRules } from '../paginate.ts';
import { connectionArgs, connectionType } from '../connection.ts';
import { notifyBindingType } from './notifyBindingType.ts';
import { MAX_FILTER_TAGS, MAX_IDENTITIES, namesOf } from './bindingRules.ts';

const bindingConnection = connectionType(notifyBindingType, 'NotifyBinding');

/** YYYY-MM-DD; the day must exist. */
const day = (argument: string) => {
  const message = `${argument} must be a day as YYYY-MM-DD.`;
  return v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d{2}-\d{2}$/, message),
    v.check(
      (text) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text),
      message,
    ),
  );
};

/** Proxies on the way refuse longer URLs. */
const MAX_QUERY_CHARACTERS = 6_000;

const Rules = v.pipe(
  v.object({
    ...connectionRules,
    serviceSid: input.notifyServiceSid(),
    identity: v.nullish(namesOf('identity', MAX_IDENTITIES)),
    tag: v.nullish(namesOf('tag', MAX_FILTER_TAGS)),
    startDate: v.nullish(day('startDate')),
    endDate: v.nullish(day('endDate')),
  }),
  v.forward(
    v.partialCheck(
      [['startDate'], ['endDate']],
      ({ startDate, endDate }) => !startDate || !endDate || startDate <= endDate,
      'endDate must not be before startDate.',
    ),
    ['endDate'],
  ),
  v.check(
    ({ identity, tag }) =>
      encodeURIComponent([identity, tag].flat().join('&')).length <= MAX_QUERY_CHARACTERS,
    `identity and tag must be ${MAX_QUERY_CHARACTERS} characters at most together, as they stand in a URL.`,
  ),
);

builder.queryField('notifyBindings', (t) =>
  t.field({
    type: bindingConnection,
    description:
      'Lists the bindings of a Twilio Notify service. Without an identity it lists the bindings of all people and needs verify:any-identity.',
    scope: 'notify:read',
    identity: ({ identity }) => (identity?.length ? identity : ANY_OWNER),
    args: {
      serviceSid: t.arg.id({
        required: true,
        description: 'The SID of the Notify service: IS and 32 digits.',
      }),
      identity: t.arg.stringList({ description: `Only those of these people, ${MAX_IDENTITIES} at most.` }),
      tag: t.arg.stringList({
        description: `Only those with all of these tags, ${MAX_FILTER_TAGS} at most.`,
      }),
      startDate: t.arg.string({
        description: 'Only bindings created on this day or later: YYYY-MM-DD, in UTC.',
      }),
      endDate: t.arg.string({
        description: 'Only bindings created on this day or before: YYYY-MM-DD, in UTC.',
      }),
      ...connectionArgs(t.arg),
    },
    resolve: (_, args, { twilio }) => {
      const { first, after, serviceSid, ...given } = input.checkInput(Rules, args);
      const filters = {
        identity: given.identity?.length ? given.identity : undefined,
        tag: given.tag?.length ? given.tag : undefined,
        startDate: given.startDate ?? undefined,
        endDate: given.endDate ?? undefined,
      };
      return paginate(
        { first, after },
        {
          name: ['notifyBindings', serviceSid, filters],
          fetchPage: (token) => fetchBindings(twilio, { serviceSid }, filters, token),
        },
      );
    },
  }),
);
