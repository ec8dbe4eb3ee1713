type FormValue = string | number | readonly string[] | null | undefined;

/** A form body under Twilio's names: what is null or undefined is left out, a list repeats its name. */
export function formOf(values: Readonly<Record<string, FormValue>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    const list = Array.isArray(value) ? (value as readonly string[]) : [value];
    for (const entry of list) if (entry !== null && entry !== undefined) form.append(name, String(entry));
  }
  return form.toString();
}

/** Twilio's JSON parameters are JSON text. */
export const jsonText = (value: object | null | undefined): string | undefined =>
  value ? JSON.stringify(value) : undefined;

/** ISO 8601 in UTC and whole seconds, as Twilio writes its own dates. */
export const dateText = (date: Date | null | undefined): string | undefined =>
  date ? `${date.toISOString().slice(0, 19)}Z` : undefined;
