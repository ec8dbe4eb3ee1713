import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { InvalidInputError } from '../errors/resultErrors.ts';
import { checkInput } from '../twilio/input.ts';
import type { Page } from '../twilio/page.ts';

export interface Connection<Item> {
  readonly edges: readonly Edge<Item>[];
  readonly hasNextPage: boolean;
  /** Where the next page continues; null if there are no items and no further pages. */
  readonly endCursor: string | null;
}

export interface Edge<Item> {
  readonly cursor: string;
  readonly node: Item;
}

export interface ConnectionArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

interface Item {
  readonly sid: string;
  readonly dateCreated: Date | null;
}

export interface List<Listed> {
  /** Identifies the list: its kind, its owner and its filters. */
  readonly name: readonly unknown[];
  readonly isNewestFirst?: boolean;
  readonly fetchPage: (token: string | null) => Promise<Page<Listed>>;
}

export const DEFAULT_FIRST = 20;
export const MAX_FIRST = 50;
/** Fifty items from the middle of a page of 25 need three pages; two more may find an item that has moved. */
const MAX_PAGES = 5;

const FIRST_MESSAGE = `first must be a whole number from 1 to ${MAX_FIRST}.`;
const AFTER_MESSAGE = 'after must be a cursor of this list.';

/** The rules of `first` and `after`, for fields that have further arguments to check. */
export const connectionRules = {
  first: v.nullish(v.pipe(v.number(), v.minValue(1, FIRST_MESSAGE), v.maxValue(MAX_FIRST, FIRST_MESSAGE))),
  after: v.nullish(
    v.pipe(
      v.string(),
      v.check((text) => positionOf(text) !== undefined, AFTER_MESSAGE),
    ),
  ),
};
const ConnectionInput = v.object(connectionRules);

/** A list continues on the page of this token, after this item; with a null SID at the start of the page. */
interface Position {
  /** Identifies the list, so that a cursor of another list is refused. */
  readonly tag: string;
  readonly token: string | null;
  readonly sid: string | null;
  /** Creation time of the item in seconds: the list continues there if the item has been removed. */
  readonly created: number | null;
}

const PositionTuple = v.tuple([
  v.pipe(v.string(), v.maxLength(16)),
  v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(1_000))),
  v.nullable(v.pipe(v.string(), v.regex(/^[A-Z]{2}[0-9a-fA-F]{32}$/))),
  v.nullable(v.number()),
]);

const cursorOf = ({ tag, token, sid, created }: Position): string =>
  Buffer.from(JSON.stringify([tag, token, sid, created])).toString('base64url');

function positionOf(cursor: string): Position | undefined {
  try {
    const [tag, token, sid, created] = v.parse(
      PositionTuple,
      JSON.parse(Buffer.from(cursor, 'base64url').toString()),
    );
    return { tag, token, sid, created };
  } catch {
    return undefined;
  }
}

const tagOf = (name: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(name)).digest('base64url').slice(0, 10);

const secondsOf = (date: Date | null): number | null => date && Math.floor(date.getTime() / 1000);

/**
 * Reads Twilio's pages until it has the items that `first` and `after` select.
 * @throws InvalidInputError for a bad `first`, for a cursor of another list, and if the cursor's item cannot be found.
 */
export async function paginate<Listed extends Item>(
  args: ConnectionArgs,
  { name, isNewestFirst = false, fetchPage }: List<Listed>,
): Promise<Connection<Listed>> {
  const { first, after } = checkInput(ConnectionInput, args);
  const wanted = first ?? DEFAULT_FIRST;
  const tag = tagOf(name);
  const position = after ? positionOf(after)! : { tag, token: null, sid: null, created: null };
  if (position.tag !== tag) throw notOfThisList();

  let { token } = position;
  let isReached = position.sid === null;
  const edges: Edge<Listed>[] = [];
  const answer = (hasNextPage: boolean): Connection<Listed> => ({
    edges,
    hasNextPage,
    endCursor:
      edges.at(-1)?.cursor ?? (hasNextPage ? cursorOf({ tag, token, sid: null, created: null }) : null),
  });

  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const { items, nextToken } = await fetchPage(token);
    const start = isReached ? 0 : indexBehind(position, items, isNewestFirst);
    isReached = start !== undefined;
    const taken = start === undefined ? [] : items.slice(start, start + wanted - edges.length);
    for (const node of taken) {
      const isLastOfPage = node === items.at(-1) && nextToken !== null;
      const place = isLastOfPage ? { token: nextToken, sid: null } : { token, sid: node.sid };
      edges.push({ node, cursor: cursorOf({ tag, ...place, created: secondsOf(node.dateCreated) }) });
    }
    if (edges.length === wanted) return answer(start! + taken.length < items.length || nextToken !== null);
    if (nextToken === null) {
      // If the removed item was the last one, no items follow it.
      if (isReached || position.created !== null) return answer(false);
      throw notOfThisList();
    }
    token = nextToken;
  }
  if (isReached) return answer(true);
  throw notOfThisList();
}

/**
 * The index on this page where the list continues; undefined if that is on a later page. It continues after the item, or,
 * if the item has been removed, at the first item that is not older (with newest first: not newer). Items of the same
 * second may thus appear twice, but none is skipped.
 */
function indexBehind(
  { sid, created }: Position,
  items: readonly Item[],
  isNewestFirst: boolean,
): number | undefined {
  const found = items.findIndex((item) => item.sid === sid);
  if (found >= 0) return found + 1;
  if (created === null) return undefined;
  const behind = items.findIndex((item) => {
    const seconds = secondsOf(item.dateCreated);
    return seconds !== null && (isNewestFirst ? seconds <= created : seconds >= created);
  });
  return behind < 0 ? undefined : behind;
}

const notOfThisList = () => new InvalidInputError([{ path: 'after', message: AFTER_MESSAGE }]);
