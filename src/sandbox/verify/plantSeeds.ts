import { TwilioProblem } from '../problem.ts';
import type { Entity } from '../records.ts';
import * as seed from '../seed.ts';
import { publicKeyOf } from '../signature.ts';
import type { SandboxState } from '../state.ts';
import { addChallenge } from './challenge.ts';
import { addEntity } from './entity.ts';
import { addFactor } from './factor.ts';
import { RESEND_CAP } from './notification.ts';
import { addService } from './service.ts';

const MINUTE = 60_000;
const DEFAULT_LIFETIME_MS = 5 * MINUTE;
const MAX_LIFETIME_MS = 60 * MINUTE;

/** Creates the service, the identity, and its devices and challenges, that every sandbox starts with. */
export function plantSeeds(state: SandboxState): void {
  const service = addService(state, 'Sandbox', seed.SANDBOX_SERVICE_SID);
  const entity = addEntity(state, service, seed.SANDBOX_IDENTITY, seed.SANDBOX_ENTITY_SID);
  for (const factor of seed.SEEDED_FACTORS) plantFactor(state, entity, factor);
  for (const challenge of seed.SEEDED_CHALLENGES) plantChallenge(state, entity, challenge);
  addChallenge(state, entity, {
    ...common(state.clock.now() + MAX_LIFETIME_MS),
    sid: seed.UPDATE_LIMIT_CHALLENGE_SID,
    updateProblem: new TwilioProblem(429, 60308, 'Challenge verification attempts limit reached'),
  });
}

function plantFactor(state: SandboxState, entity: Entity, seeded: seed.SeededFactor): void {
  const { sid, friendlyName, status, platform } = seeded;
  const { publicKey, config } = state.devices.create(platform, `sandbox${sid.slice(-29)}`);
  const given = { friendlyName, key: publicKeyOf(publicKey)!, config, metadata: null };
  const challengeProblem = new TwilioProblem(429, 60312, 'Challenge creation limit reached');
  const isLimited = sid === seed.CHALLENGE_LIMIT_FACTOR_SID;
  addFactor(state, entity, given, { sid, status, ...(isLimited && { challengeProblem }) });
}

const common = (expiresAt: number) => ({
  factorSid: seed.VERIFIED_FACTOR_SID,
  details: { message: 'Sign in?', fields: [{ label: 'Place', value: 'Sandbox' }] },
  hiddenDetails: null,
  expiresAt,
});

function plantChallenge(state: SandboxState, entity: Entity, seeded: seed.SeededChallenge): void {
  if (seeded.state === 'missing') return;
  const isExpired = seeded.state === 'expired';
  const createdAt = state.clock.now() - (isExpired ? 10 * MINUTE : 0);
  const challenge = addChallenge(state, entity, {
    ...common(createdAt + (isExpired ? DEFAULT_LIFETIME_MS : MAX_LIFETIME_MS)),
    sid: seeded.sid,
    createdAt,
    updatedAt: createdAt,
    fault: seeded.fault,
    ...(seeded.factorSid !== undefined && { factorSid: seeded.factorSid }),
    ...(seeded.state === 'approved' && { answer: 'approved' as const, respondedAt: createdAt }),
  });
  if (seeded.state === 'atCap') challenge.resends = RESEND_CAP;
}
