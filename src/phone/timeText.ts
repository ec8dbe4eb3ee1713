/** Minutes and seconds, such as 4:05. */
export function minutesAndSeconds(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Hours, minutes and seconds. */
export const timeOfDay = (date: Date): string => date.toLocaleTimeString('en-GB');
