import type { GraphQLFieldResolver } from 'graphql';
import type { Context } from '../../src/operation/context.ts';
import { NOTHING_LIVE } from '../helpers/testContext.ts';
import { Caller, SCOPES } from '../../src/auth/caller.ts';
import { Metrics } from '../../src/observability/metrics.ts';
import { createContextOf } from '../../src/operation/createContext.ts';
import { VerifyError } from '../../src/errors/verifyError.ts';
import { guardedWrite } from '../../src/operation/guardedWrite.ts';
import type { Outcome } from '../../src/operation/outcome.ts';
import { Failure } from '../../src/schema/errors/failure.ts';
import { SingleFlight } from '../../src/operation/singleFlight.ts';
import { outcomeCodec } from '../../src/operation/storedOutcome.ts';
import { RESEND } from '../../src/resend/resendNotification.ts';
import { buildSchema } from '../../src/schema/index.ts';
import { MemoryStore } from '../../src/store/memoryStore.ts';
import { RedisClient } from '../../src/store/redisClient.ts';
import { RedisStore } from '../../src/store/redisStore.ts';
import type { Store, StoreOptions } from '../../src/store/store.ts';
import { createTwilioClient } from '../../src/twilio/client.ts';
import { createResilience } from '../../src/twilio/resilience.ts';
import type { Reply } from '../../src/twilio/reply.ts';
import { SILENT } from '../helpers/testLog.ts';
import type { Click, ClickAnswer } from './click.ts';
import { SimulatedConnection } from './simulatedConnection.ts';
import type { SimulatedServer } from './simulatedConnection.ts';
import type { SimulatedRequest, SimulatedTwilio } from './simulatedTwilio.ts';
import type { SimulatedProcess, VirtualTime } from './virtualTime.ts';

export const SERVICE_SID = `VA${'0'.repeat(32)}`;
const FACTOR_SID = `YF${'0'.repeat(32)}`;
const REDIS = { redisUrl: 'redis://simulated', redisCluster: false, redisPrefix: '' };
const LIMITS = { connections: 50, queue: 500 };
const RESEND_CAP = 1_000;
const metrics = new Metrics();
const CALLERS = { web: new Caller('web', { scopes: SCOPES }), app: new Caller('app', { scopes: SCOPES }) };
const createChallenge = buildSchema().getMutationType()!.getFields()['createChallenge']!
  .resolve as GraphQLFieldResolver<unknown, Context>;

/** Time in which a process guarded for itself. */
interface Lost {
  readonly from: number;
  until: number;
  /** Because of Redis or the way to it; else the process itself did not keep up. */
  readonly isOutage: boolean;
}

/** One process of the gateway: the code as it is, but for its socket to Redis and its pool to Twilio. */
export class SimulatedGateway {
  readonly process: SimulatedProcess;
  readonly connection: SimulatedConnection | undefined;
  readonly lost: Lost[] = [];
  readonly inFlightWrites = new Set<Promise<unknown>>();
  readonly #time: VirtualTime;
  readonly #flights = new SingleFlight<Outcome>();
  readonly #send: (request: SimulatedRequest) => Promise<Reply>;
  readonly #ready: Promise<void>;
  store: Store<Outcome> | undefined;
  crashedAt = Infinity;

  /** @param server Redis; the gateway keeps everything in memory without one */
  constructor(
    process: SimulatedProcess,
    options: StoreOptions,
    time: VirtualTime,
    { twilio, server }: { readonly twilio: SimulatedTwilio; readonly server: SimulatedServer | undefined },
  ) {
    this.process = process;
    this.#time = time;
    this.connection = server && new SimulatedConnection(server, time, process);
    this.#send = createResilience('verify', twilio.reachedFrom(process), LIMITS, SILENT, metrics).send;
    this.#ready = this.#open(options);
  }

  async #open(options: StoreOptions): Promise<void> {
    if (!this.connection) {
      this.store = new MemoryStore(options, outcomeCodec);
      return;
    }
    const open = () => this.connection as never;
    const redis = await RedisClient.connect(REDIS, SILENT, { open });
    this.store = new RedisStore(options, { redis, codec: outcomeCodec, log: SILENT });
  }

  /** Notes when it begins and ceases to guard for itself. */
  watch(): void {
    const last = this.lost.at(-1);
    const isOpen = last?.until === Infinity;
    const isLost = this.store?.sharing === 'lost';
    const { now } = this.#time;
    if (isLost && !isOpen) {
      const isStart = this.lost.length === 0 && !this.#wasShared;
      this.lost.push({ from: now, until: Infinity, isOutage: isStart || this.connection!.isFaulty });
    } else if (!isLost && isOpen) last.until = now;
    if (this.store && !isLost) this.#wasShared = true;
  }
  #wasShared = false;

  /** Whether Redis could not be reached at some time between two moments. */
  wasCutOff(from: number, until: number): boolean {
    return this.lost.some((lost) => lost.isOutage && lost.from <= until && lost.until >= from);
  }

  isSharedAt(moment: number): boolean {
    return !this.lost.some(({ from, until }) => from <= moment && moment < until);
  }

  recordDenial(identityKey: string, lifeMs: number): void {
    void this.#ready.then(() => this.store!.recordDenial(identityKey, lifeMs));
  }

  serve(click: Click): void {
    const isListening = this.store !== undefined;
    void this.#ready
      .then(() => {
        // Until it listens no call arrives.
        if (!isListening) click.startedAt = this.#time.now;
        return click.kind === 'resend' ? this.#resend(click) : this.#create(click);
      })
      .then(
        (resource) => answerOf(resource),
        (error: Error) => failureOf(error),
      )
      .then((answer) => {
        click.answer = answer;
        click.endedAt = this.#time.now;
      });
  }

  #resend(click: Click): Promise<unknown> {
    const { identity, challengeSid } = click;
    return guardedWrite(this.#contextOf(click), RESEND, { serviceSid: SERVICE_SID, identity, challengeSid });
  }

  async #create(click: Click): Promise<unknown> {
    const details = { message: 'Is it you?' };
    const input = { serviceSid: SERVICE_SID, identity: click.identity, factorSid: FACTOR_SID, details };
    return createChallenge(undefined, { input }, this.#contextOf(click), undefined as never);
  }

  #contextOf(click: Click): Context {
    const send = (request: SimulatedRequest) => this.#send({ ...request, click } as SimulatedRequest);
    const upstream = {
      twilio: createTwilioClient(send, ['twilio.example']),
      store: this.store!,
      log: SILENT,
      metrics,
      flights: this.#flights,
      inFlightWrites: this.inFlightWrites,
      now: Date.now,
      live: NOTHING_LIVE,
    };
    return createContextOf(upstream, {
      limitUpstreamCalls: 1_000,
      resendCap: RESEND_CAP,
      resendCooldownSeconds: 0,
    })({
      caller: CALLERS[click.caller],
      idempotencyKey: click.key,
      requestId: undefined,
      markReplayed: () => (click.isReplay = true),
      disconnectSignal: () => undefined,
    });
  }
}

function answerOf(result: unknown): ClickAnswer {
  // The schema holds an error in a member of the union.
  const value = result instanceof Failure ? result.error : result;
  if (value instanceof VerifyError) return failureOf(value);
  return { name: 'Sent', sid: (value as { sid: string }).sid };
}

function failureOf(error: Error): ClickAnswer {
  const { retryAfterSeconds } = error as { retryAfterSeconds?: number | null };
  return { name: error.name, retryAfterSeconds: retryAfterSeconds ?? undefined };
}
