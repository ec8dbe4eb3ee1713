import { DateTimeResolver, JSONObjectResolver } from 'graphql-scalars';
import { builder } from './builder.ts';

builder.addScalarType('DateTime', DateTimeResolver, {
  description: 'A moment in UTC as RFC 3339 text, for example 2026-11-20T19:03:00.000Z.',
});

builder.addScalarType('JSONObject', JSONObjectResolver, {
  description: 'A JSON object. Verify keeps only text as its values.',
});

/** Null beyond the range of Date. */
export function secondsAfter(start: Date, seconds: number): Date | null {
  const date = new Date(start.getTime() + seconds * 1000);
  return Number.isNaN(date.getTime()) ? null : date;
}
