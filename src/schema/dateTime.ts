import { DateTimeResolver } from 'graphql-scalars';
import { builder } from './builder.ts';

builder.addScalarType('DateTime', DateTimeResolver, {
  description: 'A moment in UTC as RFC 3339 text, for example 2026-11-20T19:03:00.000Z.',
});
