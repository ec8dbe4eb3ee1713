import type { ChallengeKey } from '../errors/verifyError.ts';
import type { ChallengeWatchers } from '../live/challengeWatchers.ts';
import { challengeIdOf } from '../schema/challenge/challengeType.ts';
import { nodeKeyOf } from '../schema/node.ts';
import { RedisBroadcast } from '../store/redisBroadcast.ts';
import type { RedisClient } from '../store/redisClient.ts';
import type { Announcement } from '../store/redisGuards.ts';

const channelOf = (redisPrefix: string, challengeSid: string): string =>
  `${redisPrefix}challengeUpdated:${challengeSid}`;

/**
 * Returns what is published when a challenge changes: an entity of Federation, `{"__typename":"Challenge","id":…}`, so that
 * routers that read Redis can complete it.
 */
export const createAnnouncements =
  (redisPrefix: string) =>
  (key: ChallengeKey): Announcement => ({
    channel: channelOf(redisPrefix, key.challengeSid),
    message: JSON.stringify({
      __typename: 'Challenge',
      id: challengeIdOf({ ...key, sid: key.challengeSid }),
    }),
  });

/** Watches challenges together with other processes: one reads a challenge, and tells the others when it changed. */
export function shareWatchers(live: ChallengeWatchers, redis: RedisClient, redisPrefix: string): void {
  const broadcast = new RedisBroadcast(redis);
  const announcementOf = createAnnouncements(redisPrefix);
  broadcast.listen(channelOf(redisPrefix, '*'), (message) => {
    const key = live.size > 0 ? keyOf(message) : undefined;
    if (key) live.hear(key);
  });
  live.shareWith({
    mayRead: (name, ms) => broadcast.lease(name, ms),
    announce: (key) => broadcast.publish(announcementOf(key)),
  });
}

function keyOf(message: string): ChallengeKey | undefined {
  const id = /"id":"([\w-]+)"/.exec(message)?.[1];
  const node = id === undefined ? undefined : nodeKeyOf(id);
  if (node?.typename !== 'Challenge') return undefined;
  const { sid, ...entity } = node.key as { serviceSid: string; identity: string; sid: string };
  return { ...entity, challengeSid: sid };
}
