import type { ChallengeKey } from '../errors/verifyError.ts';
import type { SharedWatch } from '../live/challengeWatchers.ts';
import { challengeIdOf } from '../schema/challenge/challengeType.ts';
import { nodeKeyOf } from '../schema/node.ts';
import { RedisBroadcast } from '../store/redisBroadcast.ts';
import type { RedisClient } from '../store/redisClient.ts';

/**
 * Watches challenges together with other processes: one reads a challenge, and tells the others when it changed. The
 * message is an entity of Federation, so that routers that read Redis can complete it: `{"__typename":"Challenge","id":…}`.
 */
export function createSharedWatch(redis: RedisClient, onChange: (key: ChallengeKey) => void): SharedWatch {
  const broadcast = new RedisBroadcast(redis);
  broadcast.listen((message) => {
    const key = keyOf(message);
    if (key) onChange(key);
  });
  return {
    mayRead: (name, ms) => broadcast.lease(name, ms),
    announce(key) {
      const id = challengeIdOf({ ...key, sid: key.challengeSid });
      broadcast.publish(key.challengeSid, JSON.stringify({ __typename: 'Challenge', id }));
    },
  };
}

function keyOf(message: string): ChallengeKey | undefined {
  const id = /"id":"([\w-]+)"/.exec(message)?.[1];
  const node = id === undefined ? undefined : nodeKeyOf(id);
  if (node?.typename !== 'Challenge') return undefined;
  const { sid, ...entity } = node.key as { serviceSid: string; identity: string; sid: string };
  return { ...entity, challengeSid: sid };
}
