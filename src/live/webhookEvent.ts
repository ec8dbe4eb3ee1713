/** What an event of Twilio tells about a challenge. It is a hint: the challenge is read again before anything is shown. */
export interface WebhookEvent {
  /** Twilio's id of the event. */
  readonly uuid: string | undefined;
  readonly type: string | undefined;
  readonly serviceSid: string | undefined;
  readonly identity: string | undefined;
  readonly challengeSid: string | undefined;
}

const MAX_DEPTH = 4;
const CHALLENGE_SID = /^YC[0-9a-f]{32}$/i;

/**
 * Reads the members that it knows of an event, and ignores all others. Twilio does not publish the name of the member with the
 * challenge's SID, so any member with such a SID counts.
 */
export function readWebhookEvent(bodyKind: 'form' | 'json', body: Buffer): WebhookEvent {
  const members = bodyKind === 'form' ? formMembers(body) : jsonMembers(body);
  // Of members with one name the outermost counts, which is the last here.
  const named = new Map(members.map(([name, value]) => [plainName(name), value]));
  return {
    uuid: named.get('uuid'),
    type: named.get('type'),
    serviceSid: named.get('servicesid'),
    identity: named.get('entityidentity') ?? named.get('identity'),
    challengeSid: sidOf(named.get('challengesid')) ?? members.map(([, value]) => sidOf(value)).find(Boolean),
  };
}

type Member = readonly [name: string, value: string];

const formMembers = (body: Buffer): Member[] => [...new URLSearchParams(body.toString())];

function jsonMembers(body: Buffer): Member[] {
  try {
    return membersIn(JSON.parse(body.toString()), MAX_DEPTH);
  } catch {
    return [];
  }
}

/** The text members, the outer ones last. */
function membersIn(json: unknown, depth: number): Member[] {
  if (typeof json !== 'object' || json === null || depth === 0) return [];
  const entries = Object.entries(json);
  return [
    ...entries.flatMap(([, value]) => membersIn(value, depth - 1)),
    ...entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  ];
}

/** `entity_identity`, `EntityIdentity` and `entityIdentity` are one name. */
const plainName = (name: string): string => name.replaceAll('_', '').toLowerCase();

const sidOf = (value: string | undefined): string | undefined =>
  value !== undefined && CHALLENGE_SID.test(value) ? value : undefined;
