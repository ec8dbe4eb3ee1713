type FormValue = string | number | readonly string[] | null | undefined;

/** Encodes a form body: omits null and undefined, repeats the name for each item of a list. */
export function formOf(values: Readonly<Record<string, FormValue>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    const list = Array.isArray(value) ? (value as readonly string[]) : [value];
    for (const entry of list) if (entry !== null && entry !== undefined) form.append(name, String(entry));
  }
  return form.toString();
}

/** Twilio expects JSON parameters as text. */
export const jsonText = (value: object | null | undefined): string | undefined =>
  value ? JSON.stringify(value) : undefined;

/** ISO 8601 in UTC with whole seconds, Twilio's own date format. */
export const dateText = (date: Date | null | undefined): string | undefined =>
  date ? `${date.toISOString().slice(0, 19)}Z` : undefined;
