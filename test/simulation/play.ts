import type { StoreOptions } from '../../src/store/store.ts';
import { challengeGuardKey, identityGuardKey } from '../../src/operation/guardKeys.ts';
import { Click } from './click.ts';
import { CHALLENGES, identityOf } from './history.ts';
import type { ByClient, History, Step } from './history.ts';
import { Random } from './random.ts';
import { SimulatedServer } from './simulatedConnection.ts';
import { SERVICE_SID, SimulatedGateway } from './simulatedGateway.ts';
import { challengeSidOf, SimulatedTwilio } from './simulatedTwilio.ts';
import { VirtualTime } from './virtualTime.ts';

export const LIMIT_WINDOW_SECONDS = 20;
const HOUR_MS = 3_600_000;
/** A denial is remembered for a quarter of an hour, and a hold lasts as long. */
const ALL_WINDOWS_MS = 2 * 900_000 + 60_000;
const SHARED_AGAIN_MS = 5_000;
const CALL_MS = 12_000;
/** Who asks once more when everything has passed. */
const LAST = { caller: 'web', key: undefined, fates: [] } as const;

/** The longest that a key of each kind may live in Redis. */
const lifeOf = (kind: string, { cooldownSeconds }: History): number =>
  ({
    join: 15_000,
    cooldown: cooldownSeconds * 1000,
    identity: LIMIT_WINDOW_SECONDS * 1000,
    resends: HOUR_MS,
    settled: HOUR_MS,
    key: 24 * HOUR_MS,
    probe: 1_000,
  })[kind] ?? 900_000;

/** A history that is played: everything that happened, to be judged. */
export class Play {
  readonly history: History;
  readonly time: VirtualTime;
  readonly twilio: SimulatedTwilio;
  readonly server: SimulatedServer | undefined;
  /** Every process there was, in the order in which they started. */
  readonly gateways: SimulatedGateway[] = [];
  readonly clicks: Click[] = [];
  readonly stalls: { readonly processId: number; readonly from: number; readonly until: number }[] = [];
  /** What was wrong at once, without comparing. */
  readonly problems: { readonly rule: string; readonly text: string }[] = [];
  readonly #places: SimulatedGateway[] = [];
  readonly #options: StoreOptions;
  #faultUntil = 0;
  #processes = 0;

  constructor(history: History) {
    this.history = history;
    const random = new Random(history.seed ^ 0x5eed);
    this.time = new VirtualTime(random);
    this.twilio = new SimulatedTwilio(this.time);
    this.server =
      history.store === 'redis' ? new SimulatedServer(this.time, random, history.distance) : undefined;
    this.#options = {
      limitRequestsPerMinute: 0,
      resendCooldownSeconds: history.cooldownSeconds,
      resendLimitPerIdentity: history.perIdentity,
      resendLimitWindowSeconds: LIMIT_WINDOW_SECONDS,
      pushFatigueLimit: 2,
      keptAnswersBytes: 1_000_000,
    };
    this.time.afterEvent = () => {
      for (const gateway of this.#places) gateway.watch();
    };
    if (this.server) {
      this.server.redis.onWrite = (key, remainingMs) => {
        const longest = lifeOf(key.slice(0, key.indexOf(':')), history);
        if (remainingMs > longest) this.#isWrong('outlives its window', `${key} lives for ${remainingMs} ms`);
      };
    }
  }

  #isWrong(rule: string, text: string): void {
    this.problems.push({ rule, text });
  }

  async run(): Promise<void> {
    const restore = this.time.install();
    try {
      for (let place = 0; place < this.history.gateways; place += 1) this.#start(place);
      await this.time.runUntil(1_000);
      await this.#runSteps();
      await this.#comeToRest();
      await this.#askOnceMore();
      await this.#forget();
    } finally {
      restore();
    }
  }

  async #runSteps(): Promise<void> {
    let at = 0;
    for (const [index, step] of this.history.steps.entries()) {
      at += step.afterMs;
      this.time.plan(at, () => this.#happen(step, index));
    }
    await this.time.runUntil(this.time.now + at);
  }

  /** Every fault ends; every call ends; Redis is shared again. */
  async #comeToRest(): Promise<void> {
    await this.time.runUntil(Math.max(this.time.now, this.#faultUntil) + CALL_MS + SHARED_AGAIN_MS);
    for (const { lost, process } of this.#places) {
      // One that had nothing to ask finds out later that Redis was lost.
      const isSlow = lost.some(
        ({ from, until }) => until > Math.max(from, this.#faultUntil) + SHARED_AGAIN_MS,
      );
      if (isSlow) this.#isWrong('shared again', `process ${process.id} guards for itself`);
    }
    await this.#countResends();
  }

  /** No resend is counted that was none. */
  async #countResends(): Promise<void> {
    const [{ store, process }] = this.#places as [SimulatedGateway];
    const look = async (challenge: number) => {
      const challengeSid = challengeSidOf(challenge);
      const key = { serviceSid: SERVICE_SID, identity: identityOf(challenge), challengeSid };
      const { resends } = await store!.look({ resends: challengeGuardKey(key) });
      const sent = this.twilio.posts.filter(
        (post) => post.mayPush && post.challengeSid === challengeSid,
      ).length;
      if (resends > sent) this.#isWrong('counts resends', `${resends} of ${challengeSid}, ${sent} were sent`);
    };
    for (let challenge = 0; challenge < CHALLENGES; challenge += 1) {
      this.time.plan(0, () => void look(challenge), process);
    }
    await this.time.runUntil(this.time.now + 1_000);
  }

  /** When every window has passed, nothing is left that refuses. */
  async #askOnceMore(): Promise<void> {
    await this.time.runUntil(this.time.now + ALL_WINDOWS_MS);
    const last: Click[] = [];
    // The third challenge is of the first person, whose limit may be a single push.
    for (let challenge = 0; challenge < CHALLENGES - 1; challenge += 1) {
      const place = challenge % this.#places.length;
      last.push(this.#click('resend', this.history.steps.length, { ...LAST, gateway: place, challenge }));
      await this.time.runUntil(this.time.now + CALL_MS);
    }
    for (const { answer, challengeSid } of last) {
      if (answer?.name !== 'Sent') {
        this.#isWrong('free in the end', `a resend of ${challengeSid} gives ${answer?.name ?? 'no answer'}`);
      }
    }
  }

  /** After a day nothing is left. */
  async #forget(): Promise<void> {
    await this.time.runUntil(this.time.now + 25 * HOUR_MS);
    for (const { store, inFlightWrites, process } of this.#places) {
      const size = (store?.size ?? 0) + inFlightWrites.size;
      if (size > 0) this.#isWrong('forgets', `process ${process.id} holds ${size} entries after a day`);
    }
    const keys = this.server?.redis.keys() ?? [];
    if (keys.length > 0) this.#isWrong('forgets', `Redis holds ${keys.join()} after a day`);
  }

  #start(place: number): void {
    const process = {
      id: (this.#processes += 1),
      startedAt: this.time.now,
      wallOffsetMs: 0,
      stalledUntil: 0,
      wakesWith: 'timers' as const,
      isAlive: true,
    };
    this.time.plan(
      0,
      () => {
        const { twilio, server } = this;
        const gateway = new SimulatedGateway(process, this.#options, this.time, { twilio, server });
        this.gateways.push(gateway);
        this.#places[place] = gateway;
      },
      process,
    );
  }

  #happen(step: Step, index: number): void {
    const { time, server } = this;
    const gateway = 'gateway' in step ? this.#places[step.gateway]! : undefined;
    const until = time.now + ('ms' in step ? step.ms : 0);
    if (step.kind !== 'jumpWallClock') this.#faultUntil = Math.max(this.#faultUntil, until);
    switch (step.kind) {
      case 'resend':
      case 'create':
      case 'resendCreated':
        return void this.#click(step.kind, index, step);
      case 'crash':
        gateway!.process.isAlive = false;
        gateway!.crashedAt = time.now;
        gateway!.connection?.reset();
        return this.#start(step.gateway);
      case 'stall':
        gateway!.process.stalledUntil = Math.max(gateway!.process.stalledUntil, until);
        gateway!.process.wakesWith = step.wakesWith;
        return void this.stalls.push({ processId: gateway!.process.id, from: time.now, until });
      case 'jumpWallClock':
        return void (gateway!.process.wallOffsetMs += step.ms);
      case 'deny':
        return time.plan(
          0,
          () =>
            gateway!.recordDenial(
              identityGuardKey({ serviceSid: SERVICE_SID, identity: identityOf(step.challenge) }),
              900_000,
            ),
          gateway!.process,
        ) as never;
    }
    if (!server) return;
    switch (step.kind) {
      case 'holdCommands':
        return void (gateway!.connection!.link.commandsHeldUntil = until);
      case 'holdReplies':
        return void (gateway!.connection!.link.repliesHeldUntil = until);
      case 'resetConnection':
        return gateway!.connection!.reset();
      case 'pauseRedis':
        return void (server.pausedUntil = Math.max(server.pausedUntil, until));
      case 'failOver':
        server.epoch += 1;
        server.readOnlyUntil = until;
        if (step.losesMs > 0) server.lose(step.losesMs);
        return;
      case 'restartRedis':
        server.downUntil = until;
        server.redis.forgetScripts();
        for (const { connection } of this.#places) connection!.reset();
        if (step.losesData) server.lose(Infinity);
        return;
      case 'flushRedis':
        return server.lose(Infinity);
    }
  }

  #click(
    kind: 'resend' | 'create' | 'resendCreated',
    step: number,
    asked: ByClient & { readonly challenge?: number },
  ): Click {
    const gateway = this.#places[asked.gateway]!;
    const created = this.clicks.findLast(({ kind, answer }) => kind === 'create' && answer?.name === 'Sent');
    const isCreated = kind === 'resendCreated' && created !== undefined;
    const challenge = asked.challenge ?? 0;
    const challengeSid = isCreated ? created.answer!.sid! : challengeSidOf(challenge);
    const click = new Click({
      kind: kind === 'create' ? 'create' : 'resend',
      processId: gateway.process.id,
      caller: asked.caller,
      identity: isCreated ? created.identity : identityOf(challenge),
      challengeSid: kind === 'create' ? undefined : challengeSid,
      // A key of its own for each caller and each thing that is asked.
      key:
        asked.key &&
        `${asked.key}-${asked.caller}-${kind === 'create' ? `new-${identityOf(challenge)}` : challengeSid}`,
      fates: asked.fates,
      startedAt: this.time.now,
      step,
    });
    this.clicks.push(click);
    this.time.plan(0, () => gateway.serve(click), gateway.process);
    return click;
  }
}
