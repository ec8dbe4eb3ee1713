import { LRUCache } from 'lru-cache';

const MAX_DOCUMENTS = 500;
/** A parsed document takes about eighty times the memory of its text, so this bounds a cache to about 40 MB. */
const MAX_CHARACTERS = 500_000;
const MAX_DOCUMENT_CHARACTERS = 10_000;

/** Caches results by the text of the document. Large documents are not cached. */
export const createDocumentCache = <Value extends object>() =>
  new LRUCache<string, Value>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_DOCUMENT_CHARACTERS,
    sizeCalculation: (_, text) => Math.max(text.length, 1),
  });
