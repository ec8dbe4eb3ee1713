/** A change of the source that breaks a promise. */
export interface Mutant {
  /** The promise that it breaks, as a fault. */
  readonly what: string;
  readonly file: string;
  /** Text that stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** Finds it: a test file, and a part of the name of a test. */
  readonly test: readonly [file: string, name: string];
}
