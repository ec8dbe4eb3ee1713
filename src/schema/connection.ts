import type { ArgBuilder, ObjectRef } from '@pothos/core';
import * as v from 'valibot';
import { InvalidInputError } from '../errors.ts';
import { checkInput } from '../twilio/input.ts';
import type { Page } from '../twilio/page.ts';
import { builder } from './builder.ts';

export interface Connection<Item> {
  readonly edges: readonly Edge<Item>[];
  readonly hasNextPage: boolean;
}

interface Edge<Item> {
  readonly cursor: string;
  readonly node: Item;
}

export interface ConnectionArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

const DEFAULT_FIRST = 20;
const MAX_FIRST = 50;
/** A cursor whose item has moved is looked for on its page and the two after it. */
const MAX_PAGES = 3;

const FIRST_MESSAGE = `first must be a whole number from 1 to ${MAX_FIRST}.`;
const AFTER_MESSAGE = 'after must be a cursor of this list.';

const ConnectionInput = v.object({
  first: v.nullish(v.pipe(v.number(), v.minValue(1, FIRST_MESSAGE), v.maxValue(MAX_FIRST, FIRST_MESSAGE))),
  after: v.nullish(
    v.pipe(
      v.string(),
      v.check((text) => positionOf(text) !== undefined, AFTER_MESSAGE),
    ),
  ),
});

/** Where a list goes on: on the page of this token, after this item; a null SID is the start of the page. */
type Position = readonly [token: string | null, sid: string | null];

const cursorOf = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url');

const PositionOf = v.tuple([
  v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(1_000))),
  v.nullable(v.pipe(v.string(), v.regex(/^[A-Z]{2}[0-9a-fA-F]{32}$/))),
]);

function positionOf(cursor: string): Position | undefined {
  try {
    return v.parse(PositionOf, JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    return undefined;
  }
}

/**
 * The part of a list that `first` and `after` ask for, read page by page.
 * @throws InvalidInputError for a bad `first`, for a cursor of another list and for one whose item is gone.
 */
export async function connect<Item extends { readonly sid: string }>(
  args: ConnectionArgs,
  fetchPage: (token: string | null) => Promise<Page<Item>>,
): Promise<Connection<Item>> {
  const { first, after } = checkInput(ConnectionInput, args);
  const wanted = first ?? DEFAULT_FIRST;
  let [token, afterSid] = (after && positionOf(after)) || ([null, null] as const);
  const edges: Edge<Item>[] = [];

  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const { items, nextToken } = await fetchPage(token);
    const found = items.findIndex(({ sid }) => sid === afterSid);
    const start = afterSid === null ? 0 : found + 1;
    const isReached = afterSid === null || found >= 0;
    const taken = isReached ? items.slice(start, start + wanted - edges.length) : [];
    for (const node of taken) {
      const isLastOfPage = node === items.at(-1) && nextToken !== null;
      edges.push({ node, cursor: cursorOf(isLastOfPage ? [nextToken, null] : [token, node.sid]) });
    }
    if (isReached) {
      afterSid = null;
      const hasMore = start + taken.length < items.length || nextToken !== null;
      if (edges.length === wanted || nextToken === null) return { edges, hasNextPage: hasMore };
    }
    if (nextToken === null) break;
    token = nextToken;
  }
  if (afterSid === null) return { edges, hasNextPage: true };
  throw new InvalidInputError([{ path: 'after', message: AFTER_MESSAGE }]);
}

const pageInfo = builder.objectRef<Connection<unknown>>('PageInfo').implement({
  description: 'Where a page of a list stands. Lists go forward only.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { nullable: false, description: 'Whether more follow.' }),
    hasPreviousPage: t.boolean({
      nullable: false,
      description: 'Always false: lists go forward only.',
      resolve: () => false,
    }),
    startCursor: t.string({
      description: 'The cursor of the first edge.',
      resolve: ({ edges }) => edges[0]?.cursor ?? null,
    }),
    endCursor: t.string({
      description: 'The cursor of the last edge; pass it as after to go on.',
      resolve: ({ edges }) => edges.at(-1)?.cursor ?? null,
    }),
  }),
});

type Types = typeof builder.$inferSchemaTypes;

/** `first` and `after`, as every list has them. */
export const connectionArgs = (arg: ArgBuilder<Types>) => ({
  first: arg.int({ description: `How many at most, 1 to ${MAX_FIRST}; ${DEFAULT_FIRST} when left out.` }),
  after: arg.string({ description: 'The cursor of the item to go on behind.' }),
});

/** The connection type of a node type: `ChallengeConnection` for `Challenge`. */
export function connectionType<Item>(node: ObjectRef<Types, Item>, name: string) {
  const edge = builder.objectRef<Edge<Item>>(`${name}Edge`).implement({
    description: `One ${name} of a list.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        nullable: false,
        description: 'Pass it as after to go on behind this item. Opaque.',
      }),
      node: t.field({
        type: node as never,
        nullable: false,
        description: 'The item.',
        resolve: (edge) => edge.node as never,
      }),
    }),
  });
  return builder.objectRef<Connection<Item>>(`${name}Connection`).implement({
    description: `A page of a list of ${name} objects.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        nullable: false,
        description: 'The items, in order.',
        resolve: ({ edges }) => edges,
      }),
      pageInfo: t.field({
        type: pageInfo,
        nullable: false,
        description: 'Where this page stands.',
        resolve: (connection) => connection,
      }),
    }),
  });
}
