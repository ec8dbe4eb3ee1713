export interface Route<Handler> {
  readonly method: string;
  readonly segments: readonly string[];
  readonly handler: Handler;
}

/** @param path with `:name` for each variable segment */
export const route = <Handler>(method: string, path: string, handler: Handler): Route<Handler> => ({
  method,
  segments: path.split('/'),
  handler,
});

/** Returns the route and the decoded path parameters; undefined without a match, or if the path cannot be decoded. */
export function findRoute<Found extends Route<unknown>>(
  routes: readonly Found[],
  method: string,
  path: string,
): { route: Found; params: Record<string, string> } | undefined {
  const segments = decoded(path);
  if (!segments) return undefined;
  const found = routes.find(
    (candidate) => candidate.method === method && matches(candidate.segments, segments),
  );
  if (!found) return undefined;
  const params = found.segments.flatMap((name, index) =>
    name.startsWith(':') ? [[name.slice(1), segments[index]!]] : [],
  );
  return { route: found, params: Object.fromEntries(params) as Record<string, string> };
}

const matches = (names: readonly string[], segments: readonly string[]): boolean =>
  names.length === segments.length &&
  names.every((name, index) => (name.startsWith(':') ? segments[index] !== '' : name === segments[index]));

function decoded(path: string): string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
