/** A refusal in Twilio's words; the sandbox answers with its status, code and message. */
export class TwilioProblem extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.name = 'TwilioProblem';
    this.status = status;
    this.code = code;
  }
}

export const problemJson = ({
  code,
  message,
  status,
}: Pick<TwilioProblem, 'code' | 'message' | 'status'>) => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status,
});

export function notFound(): never {
  throw new TwilioProblem(404, 20404, 'The requested resource was not found');
}

export function unauthorized(message = 'Authenticate'): never {
  throw new TwilioProblem(401, 20003, message);
}

/** Verify's refusal of a parameter of an entity, a factor, a challenge or a webhook. */
export function invalidRequest(parameter: string): never {
  throw new TwilioProblem(400, 60306, `Invalid Request: ${parameter}`);
}

export function invalidParam(parameter: string): never {
  throw new TwilioProblem(400, 60300, `Invalid Param: ${parameter}`);
}
