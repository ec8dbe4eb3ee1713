import { it } from 'vitest';
import { expectFairPlaces } from '../helpers/hotCaller.ts';

it(
  'a caller with 400 connections leaves a calm one all of its 20 resends in under a second each',
  { timeout: 60_000 },
  () => expectFairPlaces(400),
);
