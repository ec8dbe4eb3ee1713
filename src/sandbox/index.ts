/** What `verify-push-gateway/sandbox` exports. */
export { startSandbox } from './server.ts';
export type { Sandbox } from './server.ts';
export type {
  ChallengePush,
  DeliveredPush,
  Device,
  DeviceConfig,
  NotifyPush,
  Platform,
  Push,
} from './device.ts';
export { TwilioProblem } from './problem.ts';
export {
  CHALLENGE_LIMIT_FACTOR_SID,
  PLATFORM_NONE_FACTOR_SID,
  SANDBOX_NOTIFY_SERVICE_SID,
  SEEDED_CHALLENGES,
  SEEDED_FACTORS,
  seededSid,
  UNVERIFIED_FACTOR_SID,
  UPDATE_LIMIT_CHALLENGE_SID,
  VERIFIED_FACTOR_SID,
} from './seed.ts';
export type { SeededChallenge, SeededFactor } from './seed.ts';
export type { Notification, NotifyNotification, Recipient } from './records.ts';
