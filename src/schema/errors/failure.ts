import { RESULT_ERRORS } from '../../errors/resultErrors.ts';
import { VerifyError } from '../../errors/verifyError.ts';
import { builder } from '../builder.ts';

/** An expected failure as a member of a union. graphql throws any value that is an Error, so this holds one. */
export class Failure<Failed extends VerifyError = VerifyError> {
  readonly error: Failed;

  constructor(error: Failed) {
    this.error = error;
  }
}

/** What a mutation gives, as a member of its union. */
export const memberOf = <Resource>(result: Resource | VerifyError): Resource | Failure =>
  result instanceof VerifyError ? new Failure(result) : result;

/** Any class of the table of errors. */
export type ErrorClass = (typeof RESULT_ERRORS)[number];

type ErrorRef = ReturnType<typeof builder.objectRef<Failure<any>>>;

const refs: ReadonlyMap<ErrorClass, ErrorRef> = new Map(
  RESULT_ERRORS.map((errorClass) => [errorClass, builder.objectRef<Failure<any>>(errorClass.name)]),
);

/** The object type of an error class, of the same name. */
export const errorTypeOf = (errorClass: ErrorClass): ErrorRef => refs.get(errorClass)!;
