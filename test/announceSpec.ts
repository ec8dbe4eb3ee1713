import { readNotifySpecification, readSpecification, SPEC_IS_MISSING } from './helpers/specification.ts';

/** Once for the whole suite, not once per file. */
export function setup(): void {
  if (!readSpecification() || !readNotifySpecification()) console.log(SPEC_IS_MISSING);
}
