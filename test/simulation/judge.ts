import type { Click } from './click.ts';
import { LIMIT_WINDOW_SECONDS } from './play.ts';
import type { Play } from './play.ts';
import type { Post } from './simulatedTwilio.ts';

const DAY_MS = 86_400_000;
/** What a client is promised. */
const CALL_MS = 10_000;
/** Two clocks that count milliseconds from different moments differ by as much. */
const ROUNDING_MS = 2;

export interface Problem {
  readonly rule: string;
  readonly text: string;
}

export interface Verdict {
  readonly problems: readonly Problem[];
  /** Second pushes that are allowed, by what allows them. */
  readonly allowed: Readonly<Record<Excuse, number>>;
}

type Excuse = 'data lost' | 'unreachable' | 'memory lost';

/** Why two calls may not know of each other; undefined when they must. */
export class Judge {
  readonly #play: Play;
  readonly #problems: Problem[];
  readonly #allowed = { 'data lost': 0, unreachable: 0, 'memory lost': 0 };

  constructor(play: Play) {
    this.#play = play;
    this.#problems = [...play.problems];
  }

  verdict(): Verdict {
    const pushes = this.#play.twilio.posts.filter(({ mayPush }) => mayPush);
    pushes.forEach((second, index) => {
      for (const first of pushes.slice(0, index)) this.#comparePushes(first, second);
    });
    const answered = this.#play.clicks.filter(({ key, answer }) => key !== undefined && answer !== undefined);
    const own = answered.filter(({ isReplay }) => !isReplay);
    own.forEach((second, index) => {
      for (const first of own.slice(0, index)) this.#compareAnswers(first, second);
    });
    for (const replay of answered.filter(({ isReplay }) => isReplay)) {
      const isSaid = own.some(({ key, answer }) => key === replay.key && isSame(answer!, replay.answer!));
      if (!isSaid && !this.#isOfCrash(replay))
        this.#isWrong('one answer per key', `${shown(replay)} repeats nothing`);
    }
    for (const click of this.#play.clicks) this.#judgeCall(click);
    this.#judgeLimit(pushes);
    return { problems: this.#problems, allowed: this.#allowed };
  }

  #isWrong(rule: string, text: string): void {
    this.#problems.push({ rule, text });
  }

  #gatewayOf({ processId }: Click) {
    return this.#play.gateways.find(({ process }) => process.id === processId)!;
  }

  /**
   * Why a call may not know of an earlier one. One process always knows. Two know of each other through Redis, unless it
   * lost what the first wrote, or could not be reached by the first before it sent, or by the second. What the first could
   * not write it writes when Redis is back; who dies before takes it along.
   * @param guardedAt when the first had written what has to be known
   */
  #excuse(first: Click, guardedAt: number, second: Click, until: number): Excuse | undefined {
    const { server } = this.#play;
    if (first.processId === second.processId) return undefined;
    if (!server) return 'memory lost';
    const writer = this.#gatewayOf(first);
    // What could not be written then is written when Redis is back, and may be lost from there.
    const { endedAt = Infinity } = first;
    const late = writer.lost.filter(({ from, until: end }) => from <= endedAt && end >= first.startedAt);
    const writtenAt = Math.max(guardedAt, ...late.map(({ until: end }) => end));
    const isForgotten = ({ at, since }: { at: number; since: number }) =>
      at <= until &&
      ((at >= first.startedAt && since <= writtenAt) || (at >= second.startedAt && since <= until));
    if (server.losses.some(isForgotten)) return 'data lost';
    if (this.#gatewayOf(second).wasCutOff(second.startedAt, until)) return 'unreachable';
    if (!writer.wasCutOff(first.startedAt, guardedAt)) return undefined;
    const hasCaughtUp =
      endedAt <= second.startedAt && this.#wasSharedBetween(writer, endedAt, second.startedAt);
    return hasCaughtUp ? undefined : 'unreachable';
  }

  #wasSharedBetween(writer: Play['gateways'][number], from: number, until: number): boolean {
    const end = Math.min(until, writer.crashedAt);
    if (end <= from) return false;
    return writer.isSharedAt(from) || writer.lost.some((lost) => lost.until > from && lost.until < end);
  }

  #comparePushes(first: Post, second: Post): void {
    const rule = this.#brokenRule(first, second);
    if (!rule) return;
    // The guard of a new challenge is known once its SID is.
    const guardedAt = rule === FROM_CREATION ? (first.click.endedAt ?? Infinity) : first.at;
    const excuse = this.#excuse(first.click, guardedAt, second.click, second.at);
    if (excuse) this.#allowed[excuse] += 1;
    else
      this.#isWrong(
        rule,
        `${shown(first.click)} pushes at ${first.at}, ${shown(second.click)} at ${second.at}`,
      );
  }

  #brokenRule(first: Post, second: Post): string | undefined {
    const [one, other] = [first.click, second.click];
    if (one === other) return 'one push per click';
    if (one.key !== undefined && one.key === other.key && this.#areInOneDay(one, other)) {
      return 'one push per key';
    }
    const inFlightUntil = Math.min(first.repliesAt, one.startedAt + CALL_MS);
    if (one.kind === 'create' && other.kind === 'create') {
      // The same challenge for the same person at the same time.
      const isSame = one.identity === other.identity && one.caller === other.caller;
      return isSame && second.at < inFlightUntil ? 'one push per moment' : undefined;
    }
    if (first.challengeSid !== second.challengeSid) return undefined;
    if (second.at < inFlightUntil) return 'one push per moment';
    const cooldownMs = this.#play.history.cooldownSeconds * 1000 - ROUNDING_MS;
    if (one.kind === 'create') return second.at < first.repliesAt + cooldownMs ? FROM_CREATION : undefined;
    return second.at < one.startedAt + cooldownMs ? 'one push per cooldown' : undefined;
  }

  /** Whether the call whose answer it repeats ended with its process, after it was recorded. */
  #isOfCrash(replay: Click): boolean {
    return this.#play.clicks.some(({ key, answer }) => key === replay.key && answer === undefined);
  }

  /** The day of a key begins with its first call; a second push that was allowed does not begin it anew. */
  #areInOneDay(first: Click, second: Click): boolean {
    return this.#play.clicks.every(
      ({ key, startedAt }) =>
        key !== first.key ||
        startedAt > first.startedAt ||
        first.startedAt > startedAt + DAY_MS ||
        second.startedAt < startedAt + DAY_MS - CALL_MS,
    );
  }

  /**
   * A key that was answered for good is answered so again, or with an unknown outcome by a process that cannot know; two
   * calls at the same time do not get two results.
   */
  #compareAnswers(first: Click, second: Click): void {
    if (first.key !== second.key) return;
    if (!this.#areInOneDay(first, second)) return;
    const [one, other] = [first.answer!, second.answer!];
    const isLater = second.startedAt > first.endedAt!;
    const areTwo = isFinal(one.name) && isFinal(other.name) && !isSame(one, other);
    const isTakenBack = isLater && isFinal(one.name) && !isFinal(other.name) && !isUnknown(other.name);
    // What a process recorded as unknown stays so; a twin that did not wait long enough may still be told.
    if (!areTwo && !isTakenBack) return;
    const excuse = this.#excuse(first, first.endedAt!, second, second.endedAt!);
    if (!excuse) this.#isWrong('one answer per key', `${shown(first)}, then ${shown(second)}`);
  }

  #judgeCall(click: Click): void {
    const { crashedAt } = this.#gatewayOf(click);
    const { answer, startedAt, endedAt = Infinity } = click;
    if (endedAt === Infinity && crashedAt < Infinity) return;
    const stalledMs = this.#play.stalls
      .filter(({ processId, until }) => processId === click.processId && until > startedAt)
      .reduce((sum, { from, until }) => sum + until - Math.max(from, startedAt), 0);
    const start = Math.max(startedAt, 0);
    if (endedAt - start > CALL_MS + stalledMs) this.#isWrong('answered in time', shown(click));
    if (!answer) return;
    const { cooldownSeconds } = this.#play.history;
    if (!KNOWN.has(answer.name)) this.#isWrong('an expected answer', shown(click));
    if (answer.name !== 'ResendCooldownError') return;
    if (answer.retryAfterSeconds! > cooldownSeconds)
      this.#isWrong('a cooldown is no longer than it is', shown(click));
    if (!this.#hasReason(click)) this.#isWrong('a cooldown has a push as its reason', shown(click));
  }

  /** Whether a push that was sent, or may be, explains a refusal. */
  #hasReason(refused: Click): boolean {
    const { cooldownSeconds } = this.#play.history;
    const { posts } = this.#play.twilio;
    // A command that Redis gets late takes a place then.
    const longestWait = this.#play.history.steps
      .filter(({ kind }) => kind !== 'jumpWallClock')
      .reduce((sum, step) => sum + ('ms' in step ? step.ms : 0), 0);
    const isRecent = (moment: number) =>
      moment <= refused.endedAt! &&
      moment > refused.startedAt - cooldownSeconds * 1000 - CALL_MS - longestWait;
    return this.#play.clicks.some((click) => {
      if (click === refused || !isRecent(click.startedAt)) return false;
      const mine = posts.filter((post) => post.click === click);
      const isSame = mine.some(({ challengeSid }) => challengeSid === refused.challengeSid);
      if (!isSame && click.challengeSid !== refused.challengeSid) return false;
      // Until its release is written the place of a call that sent nothing is taken; a failover may lose the release.
      const { endedAt = Infinity } = click;
      const isReleased =
        endedAt <= refused.startedAt &&
        !this.#gatewayOf(click).wasCutOff(click.startedAt, refused.endedAt!) &&
        !this.#hasLost(click, refused.endedAt!);
      return !isReleased || mine.some(({ mayPush }) => mayPush);
    });
  }

  /** Whether Redis lost what a call wrote when it ended. */
  #hasLost({ startedAt, endedAt }: Click, until: number): boolean {
    return (this.#play.server?.losses ?? []).some(
      ({ at, since }) => since <= endedAt! && startedAt <= at && at <= until,
    );
  }

  /** Where Redis was always there. A window begins with a place that was taken, perhaps by a call that sent nothing. */
  #judgeLimit(pushes: readonly Post[]): void {
    const { perIdentity, store } = this.#play.history;
    const { gateways, server } = this.#play;
    if (perIdentity === 0 || store === 'memory') return;
    if (server!.losses.length > 0 || gateways.some(({ lost }) => lost.some(({ isOutage }) => isOutage)))
      return;
    for (const identity of new Set(pushes.map(({ click }) => click.identity))) {
      const isAlwaysPushed = this.#play.twilio.posts.every(
        ({ click, mayPush }) => mayPush || click.identity !== identity,
      );
      const most = isAlwaysPushed ? perIdentity : 2 * perIdentity;
      const own = pushes.filter(({ click }) => click.kind === 'resend' && click.identity === identity);
      if (!fitsWindows(own, most))
        this.#isWrong(
          'one limit per identity',
          `${identity}: ${own.map(({ click }) => shown(click)).join(', ')}`,
        );
    }
  }
}

/**
 * Whether pushes can have come in windows of at most so many. A call takes its place between its start and its push, so
 * a window may have begun at any moment of the first of them.
 */
function fitsWindows(pushes: readonly Post[], most: number): boolean {
  const [first] = pushes;
  if (!first) return true;
  const windowMs = LIMIT_WINDOW_SECONDS * 1000;
  for (let count = 1; count <= Math.min(most, pushes.length); count += 1) {
    const members = pushes.slice(0, count);
    const next = pushes[count];
    const begunAt = Math.min(...members.map(({ click }) => click.startedAt));
    const isOne = members.every(({ click }) => click.startedAt < first.at + windowMs + ROUNDING_MS);
    const hasEnded = !next || next.at >= begunAt + windowMs - ROUNDING_MS;
    if (isOne && hasEnded && fitsWindows(pushes.slice(count), most)) return true;
  }
  return false;
}

const FROM_CREATION = 'one push per cooldown, from the first push on';

const UNKNOWN = ['ResendOutcomeUnknownError', 'CreateChallengeOutcomeUnknownError'];
const FINAL = ['Sent', 'FactorNotVerifiedError'];
const PASSING = ['ResendCooldownError', 'RateLimitedError', 'UpstreamUnavailableError'];
const KNOWN = new Set([...UNKNOWN, ...FINAL, ...PASSING]);
const isUnknown = (name: string) => UNKNOWN.includes(name);
const isFinal = (name: string) => FINAL.includes(name);
const isSame = (
  a: { name: string; sid?: string | undefined },
  b: { name: string; sid?: string | undefined },
) => a.name === b.name && a.sid === b.sid;

const shown = ({ step, kind, processId, key, challengeSid, startedAt, endedAt, answer }: Click): string => {
  const what = [kind, key ?? challengeSid?.slice(-4)].join(' ');
  const end = answer
    ? `${answer.name} ${answer.sid?.slice(-4) ?? answer.retryAfterSeconds ?? ''}`
    : 'no answer';
  return `step ${step} (${what}, process ${processId}, from ${startedAt.toFixed(1)} to ${endedAt?.toFixed(1)}: ${end.trim()})`;
};
