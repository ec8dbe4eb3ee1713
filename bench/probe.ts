/** Preloaded into each measured process: answers over IPC what it has used so far. */
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicros: user + system, peakRssBytes: process.resourceUsage().maxRSS * 1024 });
});
process.channel?.unref();
