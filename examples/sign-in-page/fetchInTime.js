/** The gateway gives up after 12 seconds. Without a time limit, a hanging connection would keep the button busy. */
export const fetchInTime = (url, options) =>
  fetch(url, {
    ...options,
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(15_000)].filter(Boolean)),
  });
