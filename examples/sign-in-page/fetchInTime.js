/** The gateway gives up after 12 seconds; without a limit a connection that hangs would keep the button busy. */
export const fetchInTime = (url, options) =>
  fetch(url, {
    ...options,
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(15_000)].filter(Boolean)),
  });
