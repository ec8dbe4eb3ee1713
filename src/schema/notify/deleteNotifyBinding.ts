import * as v from 'valibot';
import { ANY_OWNER } from '../../auth/caller.ts';
import * as errors from '../../errors/resultErrors.ts';
import * as input from '../../twilio/input.ts';
import { deleteBinding } from '../../twilio/notify/binding.ts';
import type { BindingKey } from '../../twilio/notify/binding.ts';
import { builder } from '../builder.ts';
import { mutation } from '../mutation.ts';

const deletedNotifyBinding = builder.objectRef<BindingKey>('DeletedNotifyBinding').implement({
  description: 'A binding that is no more.',
  fields: (t) => ({
    sid: t.exposeID('sid', { nullable: false, description: 'The SID it had: take it out of caches.' }),
    serviceSid: t.exposeID('serviceSid', { nullable: false, description: 'The SID of the Notify service.' }),
  }),
});

const deleteNotifyBindingInput = builder.inputType('DeleteNotifyBindingInput', {
  description: 'A binding to delete.',
  fields: (t) => ({
    serviceSid: t.id({ required: true, description: 'The SID of the Notify service: IS and 32 digits.' }),
    sid: t.id({ required: true, description: 'The SID of the binding: BS and 32 digits.' }),
  }),
});

mutation('deleteNotifyBinding', {
  description:
    'Deletes a binding of Twilio Notify. Its SID does not tell whose it is, so this needs verify:any-identity.',
  input: deleteNotifyBindingInput,
  rules: v.object({ serviceSid: input.notifyServiceSid(), sid: input.bindingSid() }),
  result: deletedNotifyBinding,
  resultDescription: 'What was deleted, or why nothing was.',
  errors: [errors.NotifyBindingNotFoundError],
  scope: 'notify:write',
  owner: () => ANY_OWNER,
  send: deleteBinding,
});
