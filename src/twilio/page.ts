import type { Owner } from '../auth/caller.ts';
import type { Product } from './transport.ts';
import type { Json, TwilioClient } from './client.ts';
import { objectOf, textOf } from './wire.ts';

/** One page of a list, with Twilio's page boundaries. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** The token of the next page; null on the last page. */
  readonly nextToken: string | null;
}

/**
 * A constant, so that a token means the same page to every caller. Twilio documents a maximum of 1000 in one place and of
 * 25 in another.
 */
const PAGE_SIZE = 25;

export interface ListRequest<Item> {
  /** See WireRequest. */
  readonly product?: Product;
  /** The owner of the list. */
  readonly identity: Owner;
  readonly path: string;
  /** Twilio's filters. Undefined ones are omitted; a list repeats its name. */
  readonly filters?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The token of this page; null for the first page. */
  readonly token: string | null;
  /** The member of the answer with the items. */
  readonly key: string;
  readonly read: (json: Json) => Item | undefined;
}

/**
 * Reads one page; an empty page if the parent of the list does not exist.
 * @throws any error of `errorFromResponse` except NotFoundError.
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

/** Only the token is used; the URL is never requested. Still, a URL to another host or path makes the page unusable. */
function tokenOf(url: string, path: string, hosts: readonly string[]): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const next = new URL(url);
  const isOurs = hosts.includes(next.host) || next.host.endsWith('.twilio.com');
  // Twilio may return a SID in another case than the request used.
  if (!isOurs || !next.pathname.toLowerCase().endsWith(path.toLowerCase())) return undefined;
  return next.searchParams.get('PageToken') ?? undefined;
}
