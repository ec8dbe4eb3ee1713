import { JSONObjectResolver } from 'graphql-scalars';
import { builder } from './builder.ts';

builder.addScalarType('JSONObject', JSONObjectResolver, {
  description: 'A JSON object. Verify keeps only text as its values.',
});
