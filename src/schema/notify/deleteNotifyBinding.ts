import * as v from 'valibot';
import { ANY_OWNER } from '../../auth/caller.ts';
import * as errors from '../../errors/resultErrors.ts';
import * as input from '../../twilio/input.ts';
import { deleteBinding } from '../../twilio/notify/binding.ts';
import type { BindingKey } from '../../twilio/notify/binding.ts';
import { builder } from '../builder.ts';
import { mutation } from '../mutation.ts';

const deletedNotifyBinding = builder.objectRef<BindingKey>('DeletedNotifyBinding').implement({
  description: 'A deleted binding.',
  fields: (t) => ({
    sid: t.exposeID('sid', { nullable: false, description: 'The SID it had. Remove it from caches.' }),
    serviceSid: t.exposeID('serviceSid', { nullable: false, description: 'The SID of the Notify service.' }),
  }),
});

const deleteNotifyBindingInput = builder.inputType('DeleteNotifyBindingInput', {
  description: 'The binding to delete.',
  fields: (t) => ({
    serviceSid: t.id({ required: true, description: 'The SID of the Notify service: IS and 32 digits.' }),
    sid: t.id({ required: true, description: 'The SID of the binding: BS and 32 digits.' }),
  }),
});

mutation('deleteNotifyBinding', {
  description:
    'Deletes a binding of Twilio Notify. The SID does not name its owner, so this needs verify:any-identity.',
  input: deleteNotifyBindingInput,
  rules: v.object({ serviceSid: input.notifyServiceSid(), sid: input.bindingSid() }),
  result: deletedNotifyBinding,
  resultDescription: 'The deleted object, or the reason why it was not deleted.',
  errors: [errors.NotifyBindingNotFoundError],
  scope: 'notify:write',
  owner: () => ANY_OWNER,
  send: deleteBinding,
});
