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
 * Returns the safe parts of a thrown value: its name, plain words and stack frames. Leaves out all other members: Redis
 * errors hold arguments there, undici's hold headers, GraphQL's hold the whole document.
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

/** For errors before the log is open, printed for people. */
export function safeText(error: unknown): string {
  const { name, code, message, stack } = safeError(error, 0);
  const title = [name, code !== undefined && `(${code})`, message && `- ${message}`]
    .filter(Boolean)
    .join(' ');
  return [title, stack].filter(Boolean).join('\n');
}

/** Skips the message at the start of a stack: it may contain anything, even lines that look like frames. */
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
/** Accepts frames in files and in Node itself. Names of functions and of generated code could contain anything. */
const FRAME =
  /^ {4}at (?:[\w.<>$# [\]]+ \()?(?:(?:file:\/\/\/|node:|\/|[A-Z]:\\)[^()]*:\d+:\d+|index \d+|<anonymous>)\)?$/;
