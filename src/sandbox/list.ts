import type { Answer } from './answer.ts';
import type { Call } from './call.ts';
import { optional, wholeNumber } from './form.ts';
import type { Refuse } from './form.ts';
import { invalidRequest, TwilioProblem } from './problem.ts';

interface Item {
  /** Increases with every new resource, so it gives a position in a list even for a deleted one. */
  readonly sequence: number;
}

interface List<Listed extends Item> {
  readonly key: string;
  /** The oldest first. */
  readonly items: Iterable<Listed>;
  readonly json: (item: Listed) => object;
  /** Query parameters, besides those of paging, that the URLs of other pages keep. */
  readonly filters?: readonly string[];
  readonly order?: 'asc' | 'desc';
  /** Refuses a paging parameter; defaults to Verify's way. */
  readonly refuse?: Refuse;
}

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1000;
const TOKEN = /^PA(\d{1,15})$/;

/** Answers with one page. The token names the item before it, so that new and deleted items elsewhere do not move it. */
export function listAnswer<Listed extends Item>(call: Call, list: List<Listed>): Answer {
  const { key, filters = [], order = 'asc', refuse } = list;
  const read = (name: string, rule: (text: string) => boolean) =>
    optional(call.query, name, rule, refuse, refuse);
  const pageSize = pageSizeOf(
    read('PageSize', (text) => /^-?\d+$/.test(text)),
    refuse,
  );
  const page = Number(read('Page', wholeNumber(0, 999_999_999)) ?? 0);
  const token = read('PageToken', (text) => TOKEN.test(text));
  const rest = itemsAfter(token, [...list.items], order);
  const shown = rest.slice(0, pageSize);
  const kept = filters.flatMap((name) => call.query.getAll(name).map((value) => [name, value]));
  const pageUrl = (number: number, pageToken?: string) => {
    const changes = [
      ['PageSize', String(pageSize)],
      ['Page', String(number)],
    ];
    if (pageToken !== undefined) changes.push(['PageToken', pageToken]);
    return `${call.url}?${new URLSearchParams([...kept, ...changes])}`;
  };
  return {
    status: 200,
    json: {
      [key]: shown.map(list.json),
      meta: {
        key,
        page,
        page_size: pageSize,
        first_page_url: pageUrl(0),
        previous_page_url: null,
        url: pageUrl(page, token),
        next_page_url: rest.length > pageSize ? pageUrl(page + 1, `PA${shown.at(-1)!.sequence}`) : null,
      },
    },
  };
}

function pageSizeOf(text: string | undefined, refuse: Refuse = invalidRequest): number {
  const pageSize = Number(text ?? DEFAULT_PAGE_SIZE);
  if (!Number.isInteger(pageSize) || pageSize < 1) return refuse('PageSize');
  if (pageSize > MAX_PAGE_SIZE) throw new TwilioProblem(400, 20007, 'Page size too large');
  return pageSize;
}

function itemsAfter<Listed extends Item>(
  token: string | undefined,
  oldestFirst: Listed[],
  order: 'asc' | 'desc',
): Listed[] {
  const items = order === 'desc' ? oldestFirst.reverse() : oldestFirst;
  if (token === undefined) return items;
  const last = Number(TOKEN.exec(token)![1]);
  return items.filter(({ sequence }) => (order === 'desc' ? sequence < last : sequence > last));
}
