import DataLoader from 'dataloader';
import type { ChallengeKey } from '../errors.ts';
import type { Twilio } from './request.ts';
import { fetchChallenge } from './verify/challenge.ts';
import type { Challenge } from './verify/challenge.ts';

/** One set per operation, each made on first use: asking for the same object twice reads it once. */
export class Loaders {
  readonly #twilio: Twilio;
  #challenge: DataLoader<ChallengeKey, Challenge | null, string> | undefined;

  constructor(twilio: Twilio) {
    this.#twilio = twilio;
  }

  get challenge(): DataLoader<ChallengeKey, Challenge | null, string> {
    return (this.#challenge ??= new DataLoader(
      // Twilio has no batch read, so a batch is as many reads side by side.
      (keys) =>
        Promise.all(keys.map((key) => fetchChallenge(this.#twilio, key).catch((error: Error) => error))),
      { cacheKeyFn: (key) => `${key.serviceSid}/${key.identity}/${key.challengeSid}` },
    ));
  }
}
