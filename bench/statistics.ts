export function median(values: readonly number[]): number {
  const sorted = sort(values);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** @param share 0.99 for the value that 99 of 100 do not exceed */
export function percentile(values: readonly number[], share: number): number {
  const sorted = sort(values);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

const sort = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();
