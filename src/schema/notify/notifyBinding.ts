import * as v from 'valibot';
import { ANY_OWNER } from '../../auth/caller.ts';
import * as input from '../../twilio/input.ts';
import { fetchBinding } from '../../twilio/notify/binding.ts';
import { builder } from '../builder.ts';
import { notifyBindingType } from './notifyBindingType.ts';

const Rules = v.object({ serviceSid: input.notifyServiceSid(), sid: input.bindingSid() });

builder.queryField('notifyBinding', (t) =>
  t.field({
    type: notifyBindingType,
    description: 'Reads one binding of Twilio Notify. Null if it does not exist. Needs verify:any-identity.',
    scope: 'notify:read',
    identity: () => ANY_OWNER,
    args: {
      serviceSid: t.arg.id({
        required: true,
        description: 'The SID of the Notify service: IS and 32 digits.',
      }),
      sid: t.arg.id({ required: true, description: 'The SID of the binding: BS and 32 digits.' }),
    },
    resolve: (_, args, { twilio }) => fetchBinding(twilio, input.checkInput(Rules, args)),
  }),
);
