import type { Device, Push } from './device.ts';
import type { Challenge } from './records.ts';
import type { SandboxState } from './state.ts';
import { statusOf } from './verify/challenge.ts';

const MAX_PUSHES = 20;
const MAX_CHALLENGES = 10;

/**
 * What a person sees on a device: its newest pushes, those that wait for it to come online, and the newest pending
 * challenges, which its app shows without any push.
 */
export function screenJson(state: SandboxState, device: Device) {
  const challenges = challengesOf(state, device);
  const seen = (challenge: Challenge) => challengeJson(state, challenge);
  const pushJson = <Received extends Push>(push: Received) => {
    const challenge = push.type === 'verify_push_challenge' && challenges.get(push.challengeSid);
    return { ...push, challenge: challenge ? seen(challenge) : null };
  };
  return {
    now: new Date(state.clock.now()),
    aheadSeconds: state.clock.aheadSeconds,
    online: device.online,
    pushes: device.inbox.slice(-MAX_PUSHES).reverse().map(pushJson),
    waiting: device.waiting.slice(-MAX_PUSHES).reverse().map(pushJson),
    pending: [...challenges.values()]
      .filter((challenge) => statusOf(state, challenge) === 'pending')
      .sort((a, b) => b.sequence - a.sequence)
      .slice(0, MAX_CHALLENGES)
      .map(seen),
  };
}

function challengesOf({ services }: SandboxState, { factorSid }: Device): Map<string, Challenge> {
  const entities = [...services.values()].flatMap((service) => [...service.entities.values()]);
  const own = entities.find(({ factors }) => factorSid !== undefined && factors.has(factorSid));
  const asked = [...(own?.challenges ?? [])].filter(([, challenge]) => challenge.factorSid === factorSid);
  return new Map(asked);
}

const challengeJson = (state: SandboxState, challenge: Challenge) => ({
  sid: challenge.sid,
  status: statusOf(state, challenge),
  message: challenge.details.message,
  fields: challenge.details.fields,
  expiresAt: new Date(challenge.expiresAt),
});
