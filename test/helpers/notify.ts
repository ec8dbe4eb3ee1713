import type { Socket } from 'node:net';
import type { GraphQLAnswer } from './startGateway.ts';
import { startGateway, upstreamAt } from './startGateway.ts';
import { httpAnswer, startUpstream } from './upstream.ts';

export const IDENTITY = 'alice-0001';
export const SERVICE_SID = `IS${'a'.repeat(32)}`;
export const BINDING_SID = `BS${'b'.repeat(32)}`;
export const CREDENTIAL_SID = `CR${'c'.repeat(32)}`;
export const NOTIFICATION_SID = `NT${'d'.repeat(32)}`;
const ACCOUNT_SID = `AC${'a'.repeat(32)}`;

/** Where Twilio's paths begin. */
export const SERVICE = `/v1/Services/${SERVICE_SID}`;

/** An input that passes every rule, of each mutation of Notify. */
export const NOTIFY_INPUTS = {
  createNotifyBinding: {
    serviceSid: SERVICE_SID,
    identity: IDENTITY,
    bindingType: 'FCM',
    address: 'token-of-the-device',
  },
  deleteNotifyBinding: { serviceSid: SERVICE_SID, sid: BINDING_SID },
  sendNotifyNotification: { serviceSid: SERVICE_SID, identities: [IDENTITY] },
};

export type NotifyMutation = keyof typeof NOTIFY_INPUTS;

export const NOTIFY_MUTATIONS = Object.keys(NOTIFY_INPUTS) as NotifyMutation[];

/** Selects everything that tells the outcomes of one mutation apart. */
export const notifyDocument = (name: NotifyMutation, selection = '') => `
  mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) {
    ${name}(input: $input) {
      __typename
      ... on VerifyError { code nextAction retryAfterSeconds message requestId }
      ... on InvalidInputError { issues { path message } }
      ... on UpstreamRejectedError { twilioCode }
      ${selection}
    }
  }`;

export const BINDING_QUERY = (selection = 'sid') => `query ($serviceSid: ID!, $sid: ID!) {
  notifyBinding(serviceSid: $serviceSid, sid: $sid) { ${selection} }
}`;

export const BINDINGS_QUERY = (selection = 'sid') => `query (
  $serviceSid: ID!, $identity: [String!], $tag: [String!], $startDate: String, $endDate: String, $first: Int,
  $after: String
) {
  notifyBindings(
    serviceSid: $serviceSid, identity: $identity, tag: $tag, startDate: $startDate, endDate: $endDate,
    first: $first, after: $after
  ) {
    edges { cursor node { ${selection} } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

/** A binding as Twilio writes it. */
export const bindingJson = (changes: object = {}) => ({
  sid: BINDING_SID,
  account_sid: ACCOUNT_SID,
  service_sid: SERVICE_SID,
  credential_sid: CREDENTIAL_SID,
  date_created: '2026-01-02T03:04:05Z',
  date_updated: '2026-01-03T03:04:05Z',
  notification_protocol_version: '3',
  endpoint: 'app',
  identity: IDENTITY,
  binding_type: 'fcm',
  address: 'token-of-the-device',
  tags: ['vip', 'beta'],
  url: `https://notify.twilio.com${SERVICE}/Bindings/${BINDING_SID}`,
  links: { user: `https://notify.twilio.com${SERVICE}/Users/${IDENTITY}` },
  ...changes,
});

/** A notification as Twilio writes it. */
export const notificationJson = (changes: object = {}) => ({
  sid: NOTIFICATION_SID,
  account_sid: ACCOUNT_SID,
  service_sid: SERVICE_SID,
  date_created: '2026-01-02T03:04:05Z',
  identities: [IDENTITY],
  tags: ['vip'],
  segments: ['s'],
  priority: 'low',
  ttl: 60,
  title: 'Title',
  body: 'Body',
  sound: 'ping',
  action: 'open',
  data: { a: '1' },
  apn: { aps: { badge: 1 } },
  fcm: { f: 'f' },
  gcm: { g: 'g' },
  sms: { body: 's' },
  facebook_messenger: { m: 'm' },
  alexa: { x: 'x' },
  ...changes,
});

/** What Twilio answers when all is well. */
export const SUCCESS: Record<NotifyMutation, string> = {
  createNotifyBinding: httpAnswer(201, JSON.stringify(bindingJson())),
  deleteNotifyBinding: 'HTTP/1.1 204 No Content\r\n\r\n',
  sendNotifyNotification: httpAnswer(201, JSON.stringify(notificationJson())),
};

/** The member of a mutation's union that tells of a success. */
export const SUCCESS_MEMBER = {
  createNotifyBinding: 'NotifyBinding',
  deleteNotifyBinding: 'DeletedNotifyBinding',
  sendNotifyNotification: 'NotifyNotification',
};

export const listAnswer = (bindings: readonly unknown[], next_page_url: string | null = null) =>
  httpAnswer(200, JSON.stringify({ bindings, meta: { key: 'bindings', next_page_url } }));

export const problem = (status: number, code: number, headers: Record<string, string> = {}) =>
  httpAnswer(status, JSON.stringify({ code, message: 'No.', more_info: '', status }), headers);

/** A gateway in front of a Twilio Notify that answers so, and every whole request that Notify had. */
export async function startNotify(
  answer: string | ((socket: Socket, request: string) => void),
  env: NodeJS.ProcessEnv = {},
) {
  const requests: string[] = [];
  const upstream = await startUpstream((socket, request) => {
    requests.push(request);
    if (typeof answer === 'function') answer(socket, request);
    else socket.write(answer);
  });
  const gateway = await startGateway({ ...upstreamAt(upstream.url), ...env });
  const mutate = async (name: NotifyMutation, input: object, selection = '', headers = {}) => {
    const body = { query: notifyDocument(name, selection), variables: { input } };
    const response = await gateway.post(body, headers);
    const { data, errors } = (await response.json()) as GraphQLAnswer;
    return { result: data?.[name], errors, replayed: response.headers.get('idempotent-replayed') };
  };
  return { ...gateway, mutate, requests, received: upstream.received };
}

/** The request line, its media type and its body. */
export function partsOf(request: string) {
  const [head = '', body = ''] = request.split('\r\n\r\n');
  const [line = ''] = head.split(' HTTP/1.1\r\n');
  return { line, contentType: /\r\ncontent-type: (.*)(?:\r\n|$)/.exec(head)?.[1], body };
}
