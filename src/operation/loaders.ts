import DataLoader from 'dataloader';
import type { ChallengeKey } from '../errors/verifyError.ts';
import type { TwilioClient } from '../twilio/client.ts';
import { fetchChallenge } from '../twilio/verify/challenge.ts';
import type { Challenge } from '../twilio/verify/challenge.ts';
import { fetchEntity } from '../twilio/verify/entity.ts';
import type { Entity, EntityKey } from '../twilio/verify/entity.ts';
import { fetchFactor } from '../twilio/verify/factor.ts';
import type { Factor, FactorKey } from '../twilio/verify/factor.ts';
import { fetchService } from '../twilio/verify/service.ts';
import type { Service, ServiceKey } from '../twilio/verify/service.ts';

type Loader<Key, Resource> = DataLoader<Key, Resource | null, string>;

type OnChallenge = (challenge: Challenge | null) => Promise<void>;

/** The loaders of one operation, created on first use: an operation reads each object only once. */
export class Loaders {
  readonly #twilio: TwilioClient;
  readonly #onChallenge: OnChallenge | undefined;
  #service: Loader<ServiceKey, Service> | undefined;
  #entity: Loader<EntityKey, Entity> | undefined;
  #factor: Loader<FactorKey, Factor> | undefined;
  #challenge: Loader<ChallengeKey, Challenge> | undefined;

  /** @param onChallenge called with every challenge that is read. */
  constructor(twilio: TwilioClient, onChallenge?: OnChallenge) {
    this.#twilio = twilio;
    this.#onChallenge = onChallenge;
  }

  /** Clears the caches, because a write changes what was read before. */
  forget(): void {
    this.#service = undefined;
    this.#entity = undefined;
    this.#factor = undefined;
    this.#challenge = undefined;
  }

  get service(): Loader<ServiceKey, Service> {
    return (this.#service ??= this.#loader(fetchService, ({ serviceSid }) => serviceSid));
  }

  get entity(): Loader<EntityKey, Entity> {
    return (this.#entity ??= this.#loader(
      fetchEntity,
      ({ serviceSid, identity }) => `${serviceSid}/${identity}`,
    ));
  }

  get factor(): Loader<FactorKey, Factor> {
    return (this.#factor ??= this.#loader(
      fetchFactor,
      ({ serviceSid, identity, factorSid }) => `${serviceSid}/${identity}/${factorSid}`,
    ));
  }

  get challenge(): Loader<ChallengeKey, Challenge> {
    return (this.#challenge ??= this.#loader(
      async (twilio, key) => {
        const challenge = await fetchChallenge(twilio, key);
        await this.#onChallenge?.(challenge);
        return challenge;
      },
      ({ serviceSid, identity, challengeSid }) => `${serviceSid}/${identity}/${challengeSid}`,
    ));
  }

  /** Twilio has no batch read, so a batch is a set of concurrent reads. */
  #loader<Key, Resource>(
    fetchResource: (twilio: TwilioClient, key: Key) => Promise<Resource | null>,
    cacheKeyFn: (key: Key) => string,
  ): Loader<Key, Resource> {
    const read = (key: Key) => fetchResource(this.#twilio, key).catch((error: Error) => error);
    return new DataLoader((keys) => Promise.all(keys.map(read)), { cacheKeyFn });
  }
}
