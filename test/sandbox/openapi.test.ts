import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, onTestFinished, test } from 'vitest';
import { NOTIFY_SERVICE_PATH } from '../../src/sandbox/notify/service.ts';
import * as seed from '../../src/sandbox/seed.ts';
import { observeTwilio } from '../helpers/observeTwilio.ts';
import { ask, CHALLENGES, createChallenge, ENTITY, FACTORS, SERVICE } from '../helpers/sandboxApi.ts';
import { isNotify, readNotifySpecification, readSpecification } from '../helpers/specification.ts';
import type { RecordedAnswer, RecordedRequest } from '../helpers/specification.ts';
import { startGateway } from '../helpers/startGateway.ts';
import { startTestSandbox } from '../helpers/startTestSandbox.ts';

/** What each of them has to be is checked during every test of the suite; here, that it was exercised at all. */
const spec = readSpecification();
const notify = readNotifySpecification();
/** Never answers, so it would only make the gateway wait for its deadline. */
const HANGING = seed.seededSid('YC', 90003);
const TTLS = [undefined, 0, 150, 300];
/** Verify's push part: services, and what stands under one that is not about one-time codes. */
const PLAYED = /^\/v2\/Services(\/\{Sid\}|\/\{ServiceSid\}\/(AccessTokens|Webhooks|Entities)\b.*)?$/;

/** What stands under a Notify service but for what is deprecated there, and for services and credentials. */
const NOTIFY_PLAYED = /^\/v1\/Services\/\{ServiceSid\}\//;

function observe() {
  const requests: RecordedRequest[] = [];
  const answers: RecordedAnswer[] = [];
  const observers = observeTwilio({
    onRequest: (request) => void requests.push(request),
    onAnswer: (answered) => void answers.push(answered),
  });
  for (const [name, observer] of observers) subscribe(name, observer);
  onTestFinished(() => {
    for (const [name, observer] of observers) unsubscribe(name, observer);
  });
  return { requests, answers };
}

describe.skipIf(!spec)("Twilio's OpenAPI description", () => {
  test("every operation of the push part of Twilio's OpenAPI description is played by the sandbox", async () => {
    const sandbox = await startTestSandbox();
    const { answers } = observe();
    const call = async (method: string, path: string, form?: Record<string, string>) => {
      const { status, json } = await ask(sandbox, method, path, form);
      expect(status, `${method} ${path}`).toBeLessThan(300);
      return json?.sid as string;
    };
    const readAll = async (list: string, sid: string) => {
      await call('GET', list);
      await call('GET', `${list}/${sid}`);
    };

    const service = `/v2/Services/${await call('POST', '/v2/Services', { FriendlyName: 'Bank' })}`;
    await readAll('/v2/Services', seed.SANDBOX_SERVICE_SID);
    await call('POST', service, { 'Push.IncludeDate': 'true' });
    await call('DELETE', service);

    const hook = { FriendlyName: 'Hook', EventTypes: '*', WebhookUrl: 'https://bank.example/hook' };
    const webhook = await call('POST', `${SERVICE}/Webhooks`, hook);
    await readAll(`${SERVICE}/Webhooks`, webhook);
    await call('POST', `${SERVICE}/Webhooks/${webhook}`, { Status: 'disabled' });
    await call('DELETE', `${SERVICE}/Webhooks/${webhook}`);

    const access = { Identity: 'somebody-new', FactorType: 'push' };
    await call('GET', `${SERVICE}/AccessTokens/${await call('POST', `${SERVICE}/AccessTokens`, access)}`);
    await call('POST', `${SERVICE}/Entities`, { Identity: 'somebody-new' });
    await readAll(`${SERVICE}/Entities`, seed.SANDBOX_IDENTITY);
    await call('DELETE', `${SERVICE}/Entities/somebody-new`);

    const device = sandbox.newDevice();
    const factor = await call('POST', FACTORS, {
      FactorType: 'push',
      FriendlyName: 'Phone',
      'Binding.Alg': 'ES256',
      'Binding.PublicKey': device.publicKey,
      'Config.AppId': device.config.appId,
      'Config.SdkVersion': device.config.sdkVersion,
      'Config.NotificationPlatform': 'fcm',
      'Config.NotificationToken': device.config.notificationToken!,
    });
    await call('POST', `${FACTORS}/${factor}`, { AuthPayload: device.authPayload() });
    await readAll(FACTORS, factor);

    const challenge = await createChallenge(sandbox, { FactorSid: factor, HiddenDetails: '{"a":"b"}' });
    await call('POST', `${CHALLENGES}/${challenge}/Notifications`, { Ttl: '0' });
    await readAll(CHALLENGES, challenge);
    device.approve(challenge);
    await call('DELETE', `${FACTORS}/${factor}`);

    const succeeded = answers.filter(({ status }) => status < 300);
    const operations = new Set(succeeded.map((answered) => spec!.operationOf(answered)?.operationId));
    expect([...operations].toSorted()).toEqual(spec!.operations(PLAYED).toSorted());
    expect(operations.size).toBe(26);
  });

  test("Twilio's OpenAPI description was held against a resend of each seeded challenge with each ttl, and each read", async () => {
    const { resend, graphql } = await startGateway();
    const { requests } = observe();
    const sids = seed.SEEDED_CHALLENGES.map(({ sid }) => sid).filter((sid) => sid !== HANGING);
    for (const challengeSid of sids)
      for (const ttl of TTLS) await resend({ challengeSid, ...(ttl !== undefined && { ttl }) });
    const owner = `serviceSid: "${seed.SANDBOX_SERVICE_SID}", identity: "${seed.SANDBOX_IDENTITY}"`;
    await graphql(`{
      challenge(${owner}, sid: "${sids[0]}") { factor { sid } service { sid } }
      entity(${owner}) {
        challenges(first: 2, status: PENDING, order: DESC) { edges { node { sid } } }
        factors { edges { node { sid } } }
      }
    }`);

    for (const sid of sids) {
      const sent = requests.filter(({ path }) => path === `${ENTITY}/Challenges/${sid}/Notifications`);
      // One that was turned away with 20429 was sent a second time.
      expect([...new Set(sent.map(({ body }) => body))], sid).toEqual(['', 'Ttl=0', 'Ttl=150', 'Ttl=300']);
    }
    const operations = new Set(requests.map((request) => spec!.operationOf(request)?.operationId));
    expect([...operations].toSorted()).toEqual([
      'CreateNotification',
      'FetchChallenge',
      'FetchEntity',
      'FetchFactor',
      'FetchService',
      'ListChallenge',
      'ListFactor',
    ]);
  });
});

test.skipIf(!notify)(
  "every operation of Twilio's description of Notify is played by the sandbox",
  async () => {
    const sandbox = await startTestSandbox();
    const { answers } = observe();
    const bindings = `${NOTIFY_SERVICE_PATH}/Bindings`;
    const given = { Identity: 'ada', BindingType: 'sms', Address: '+15005550006', Tag: 'news' };
    const { sid } = (await ask(sandbox, 'POST', bindings, given)).json;
    await ask(sandbox, 'GET', `${bindings}?Identity=ada&Tag=news&StartDate=2026-01-01`);
    await ask(sandbox, 'GET', `${bindings}/${sid}`);
    await ask(sandbox, 'POST', `${NOTIFY_SERVICE_PATH}/Notifications`, { Tag: 'news', Body: 'Hi' });
    await ask(sandbox, 'DELETE', `${bindings}/${sid}`);

    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 201, 204]);
    expect(answers.every(isNotify)).toBe(true);
    const operations = answers.map((answered) => notify!.operationOf(answered)?.operationId);
    expect(operations.toSorted()).toEqual(notify!.operations(NOTIFY_PLAYED).toSorted());
  },
);
