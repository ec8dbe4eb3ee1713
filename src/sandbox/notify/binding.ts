import { created, NO_CONTENT, ok } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { twilioDate } from '../clock.ts';
import { listAnswer } from '../list.ts';
import { notFound, TwilioProblem } from '../problem.ts';
import type { Binding } from '../records.ts';
import { SANDBOX_ACCOUNT_SID, SANDBOX_NOTIFY_SERVICE_SID } from '../seed.ts';
import { newSid } from '../sid.ts';
import { readBindingFilter, readNewBinding } from './bindingForm.ts';
import { invalidParameter } from './notifyForm.ts';
import { checkNotifyService, NOTIFY_SERVICE_PATH } from './service.ts';

const BINDINGS_PER_IDENTITY = 20;

/** @throws TwilioProblem 20001, also over the limit per identity, for which Twilio does not document the code. */
export function createBinding(call: Call): Answer {
  checkNotifyService(call);
  const { state, origin } = call;
  const given = readNewBinding(call.form);
  const owned = [...state.bindings.values()].filter(({ identity }) => identity === given.identity);
  if (owned.length >= BINDINGS_PER_IDENTITY) {
    throw new TwilioProblem(400, 20001, `An identity has at most ${BINDINGS_PER_IDENTITY} bindings`);
  }
  const binding = { ...given, sid: newSid('BS'), sequence: state.next(), createdAt: state.clock.now() };
  state.bindings.set(binding.sid, binding);
  return created(bindingJson(binding, origin));
}

export function listBindings(call: Call): Answer {
  checkNotifyService(call);
  const filter = readBindingFilter(call.query);
  return listAnswer(call, {
    key: 'bindings',
    items: [...call.state.bindings.values()].filter(
      (binding) =>
        binding.createdAt >= filter.from && binding.createdAt < filter.before && isSelected(binding, filter),
    ),
    json: (binding) => bindingJson(binding, call.origin),
    filters: ['StartDate', 'EndDate', 'Identity', 'Tag'],
    refuse: invalidParameter,
  });
}

/** Matches any of the identities, if there are any, and all of the tags. */
export const isSelected = (
  binding: Binding,
  { identities, tags }: { readonly identities: readonly string[]; readonly tags: readonly string[] },
): boolean =>
  (identities.length === 0 || identities.includes(binding.identity)) &&
  tags.every((tag) => binding.tags.includes(tag) || tag === 'all' || tag === implicitTag(binding));

/** Twilio tags every binding with its type, except alexa. */
const implicitTag = ({ bindingType }: Binding): string | undefined =>
  bindingType === 'alexa' ? undefined : bindingType;

function bindingOf(call: Call): Binding {
  checkNotifyService(call);
  return call.state.bindings.get(call.params['bindingSid']!) ?? notFound();
}

export const fetchBinding = (call: Call): Answer => ok(bindingJson(bindingOf(call), call.origin));

export function deleteBinding(call: Call): Answer {
  call.state.bindings.delete(bindingOf(call).sid);
  return NO_CONTENT;
}

function bindingJson(binding: Binding, origin: string) {
  const service = origin + NOTIFY_SERVICE_PATH;
  return {
    sid: binding.sid,
    account_sid: SANDBOX_ACCOUNT_SID,
    service_sid: SANDBOX_NOTIFY_SERVICE_SID,
    credential_sid: binding.credentialSid,
    date_created: twilioDate(binding.createdAt),
    date_updated: twilioDate(binding.createdAt),
    notification_protocol_version: binding.protocolVersion,
    endpoint: binding.endpoint,
    identity: binding.identity,
    binding_type: binding.bindingType,
    address: binding.address,
    tags: binding.tags,
    url: `${service}/Bindings/${binding.sid}`,
    links: { user: `${service}/Users/${encodeURIComponent(binding.identity)}` },
  };
}
