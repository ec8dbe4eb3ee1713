import { plainWords, REDACTED } from './redact.ts';

export interface SafeError {
  readonly name: string;
  readonly code?: string | number;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: SafeError;
}

const MAX_FRAMES = 20;
const MAX_CAUSES = 3;

/**
 * What may be shown of an error, or of anything else that was thrown: what it is, its plain words and where it was. Never
 * its other members: Redis puts its arguments there, undici headers, GraphQL the whole document.
 */
export function safeError(error: unknown, causes = MAX_CAUSES): SafeError {
  if (!(error instanceof Error)) return { name: `thrown ${typeof error}` };
  const { name, message, stack, cause, code } = error as NodeJS.ErrnoException;
  const isCode = typeof code === 'number' || (typeof code === 'string' && CODE.test(code));
  const frames = framesOf(String(stack), String(message));
  return {
    name: NAME.test(name) ? name : REDACTED,
    ...(isCode && { code }),
    message: plainWords(String(message)),
    ...(frames && { stack: frames }),
    ...(cause instanceof Error && causes > 0 && { cause: safeError(cause, causes - 1) }),
  };
}

/** For a person who reads it, where there is no log. */
export function safeText(error: unknown): string {
  const { name, code, message, stack } = safeError(error, 0);
  const title = [name, code !== undefined && `(${code})`, message && `- ${message}`]
    .filter(Boolean)
    .join(' ');
  return [title, stack].filter(Boolean).join('\n');
}

/** A stack begins with the message, and that may hold anything, also lines that look like frames. */
function framesOf(stack: string, message: string): string {
  const messageAt = stack.indexOf(message);
  const trace = messageAt < 0 ? stack : stack.slice(messageAt + message.length);
  return trace
    .split('\n')
    .filter((line) => FRAME.test(line))
    .slice(0, MAX_FRAMES)
    .join('\n');
}

const NAME = /^[A-Za-z]{1,64}$/;
const CODE = /^[A-Z][A-Z0-9_]{1,63}$/;
/** Of a file, or of Node itself: the name of a function, or of code that was made at run time, could be anything. */
const FRAME =
  /^ {4}at (?:[\w.<>$# [\]]+ \()?(?:(?:file:\/\/\/|node:|\/|[A-Z]:\\)[^()]*:\d+:\d+|index \d+|<anonymous>)\)?$/;
