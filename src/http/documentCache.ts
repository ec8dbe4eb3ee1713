import { LRUCache } from 'lru-cache';

const MAX_DOCUMENTS = 500;
/** A parsed document takes some eighty times its text; this bounds a cache to about 40 MB. */
const MAX_CHARACTERS = 500_000;
const MAX_DOCUMENT_CHARACTERS = 10_000;

/** Keeps what was found out about a document by its text; large documents pass without a trace. */
export const createDocumentCache = <Value extends object>() =>
  new LRUCache<string, Value>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_DOCUMENT_CHARACTERS,
    sizeCalculation: (_, text) => Math.max(text.length, 1),
  });
