import type { Owner } from '../auth/caller.ts';
import type { Product } from './transport.ts';
import type { Json, TwilioClient } from './client.ts';
import { objectOf, textOf } from './wire.ts';

/** One page of a list, as Twilio cuts it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** What asks for the page after this one; null on the last. */
  readonly nextToken: string | null;
}

/**
 * Always the same, so that a token means the same page whoever asks. Twilio documents a maximum of 1000 in one place and
 * of 25 in another.
 */
const PAGE_SIZE = 25;

export interface ListRequest<Item> {
  /** See WireRequest. */
  readonly product?: Product;
  /** The owner of the list. */
  readonly identity: Owner;
  readonly path: string;
  /** Twilio's own filters; undefined ones are left out, a list repeats its name. */
  readonly filters?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Of a page before this one; null for the first page. */
  readonly token: string | null;
  /** The member of the answer that holds the items. */
  readonly key: string;
  readonly read: (json: Json) => Item | undefined;
}

/**
 * Reads one page; an empty one when the owner of the list does not exist.
 * @throws any class of `errorFromResponse` but NotFoundError.
 */
export async function fetchPage<Item>(twilio: TwilioClient, list: ListRequest<Item>): Promise<Page<Item>> {
  const query = new URLSearchParams({ PageSize: String(PAGE_SIZE) });
  for (const [name, value] of Object.entries(list.filters ?? {})) {
    for (const each of typeof value === 'string' ? [value] : (value ?? [])) query.append(name, each);
  }
  if (list.token !== null) query.set('PageToken', list.token);
  const { product = 'verify', identity, path } = list;
  const page = await twilio.find({ method: 'GET', product, identity, path: `${path}?${query}` }, (json) =>
    readPage(json, list, twilio.hosts),
  );
  return page ?? { items: [], nextToken: null };
}

function readPage<Item>(
  json: Json,
  { key, read, path }: ListRequest<Item>,
  hosts: readonly string[],
): Page<Item> | undefined {
  const list = json[key];
  if (!Array.isArray(list)) return undefined;
  const items = list.flatMap((entry) => read(objectOf(entry) ?? {}) ?? []);
  const next = textOf(objectOf(json['meta'])?.['next_page_url']);
  if (next === null) return { items, nextToken: null };
  const nextToken = tokenOf(next, path, hosts);
  return nextToken === undefined ? undefined : { items, nextToken };
}

/** The token alone is used and the URL never followed; one that leads elsewhere makes the page unusable all the same. */
function tokenOf(url: string, path: string, hosts: readonly string[]): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const next = new URL(url);
  const isOurs = hosts.includes(next.host) || next.host.endsWith('.twilio.com');
  // Twilio may spell a SID in another case than it was asked with.
  if (!isOurs || !next.pathname.toLowerCase().endsWith(path.toLowerCase())) return undefined;
  return next.searchParams.get('PageToken') ?? undefined;
}
